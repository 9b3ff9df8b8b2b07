"""Pages of a practice, behind its personal link: search, make a card, print it, see the counts."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zelfregie_core.domain.throttle import allow
from zelfregie_core.interfaces.private import private_page
from zelfregie_core.plugins import DirectoryEntry
from zelfregie_referrals.domain import cards, counts, links, targets
from zelfregie_referrals.domain.entrance import entrance_path
from zelfregie_referrals.domain.limits import LINK_REQUESTS
from zelfregie_referrals.domain.qr import qr_svg
from zelfregie_referrals.forms import LinkRequestForm, TargetForm
from zelfregie_referrals.models import Practice
from zelfregie_referrals.tasks import send_practice_link

PAPER_SIZES = ("a6", "a5")
#: So many characters of title and facts fit on a card in the large type.
ROOMY_LENGTH = 180
View = Callable[..., HttpResponse]


def for_practice(view: View) -> View:
    """Give the view the practice whose personal link this is, or say kindly that the link does not work."""

    @wraps(view)
    @sensitive_variables("token")
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        practice = links.practice_of(token)
        if practice is None:
            return render(request, "zelfregie_referrals/practice_unknown.html", status=404)
        return view(request, practice, token, **kwargs)

    return wrapped


@private_page(has_form=True)
@require_safe
@for_practice
def practice_home(request: HttpRequest, practice: Practice, token: str) -> HttpResponse:
    """Step one and two: search a group and choose it."""
    query = request.GET.get("q", "").strip()[: targets.MAX_TEXT]
    context = {
        "practice": practice,
        "token": token,
        "query": query,
        "entries": targets.search_targets(request, query),
        "gone": request.GET.get("weg") == "1",
    }
    return render(request, "zelfregie_referrals/practice_home.html", context)


@private_page(has_form=True)
@require_POST
@for_practice
def make_card(request: HttpRequest, practice: Practice, token: str) -> HttpResponse:
    """Make the card and show it."""
    form = TargetForm(request.POST)
    entry = targets.target_of(request, form.cleaned_data["target"]) if form.is_valid() else None
    if entry is None or not entry.is_open:
        return redirect(reverse("referrals:practice", args=[token]) + "?weg=1")
    card = cards.make_card(practice, entry)
    return redirect("referrals:practice_card", token=token, code=card.code)


@private_page(has_form=False)
@require_safe
@for_practice
def practice_card(request: HttpRequest, practice: Practice, token: str, code: str) -> HttpResponse:
    """The card, to print or to write down."""
    return render(request, "zelfregie_referrals/practice_card.html", _card_context(request, practice, token, code))


@private_page(has_form=False)
@require_safe
@for_practice
def print_card(request: HttpRequest, practice: Practice, token: str, code: str, size: str) -> HttpResponse:
    """The card alone, on a sheet of its own size."""
    if size not in PAPER_SIZES:
        raise Http404("no such paper")
    context = {**_card_context(request, practice, token, code), "size": size}
    return render(request, "zelfregie_referrals/print_card.html", context)


@private_page(has_form=False)
@require_safe
@for_practice
def practice_overview(request: HttpRequest, practice: Practice, token: str) -> HttpResponse:
    """How many cards were made, opened and used, per month."""
    context = {
        "practice": practice,
        "token": token,
        "months": counts.months_of(practice, timezone.localdate()),
        "total": counts.total_of(practice),
        "minimum": counts.MIN_SHOWN,
    }
    return render(request, "zelfregie_referrals/practice_overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def request_link(request: HttpRequest) -> HttpResponse:
    """Mail a practice its link again. The answer is the same whether the address is known or not."""
    form = LinkRequestForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "zelfregie_referrals/request_link.html", {"form": form})
    if not allow(request, LINK_REQUESTS):
        return render(request, "zelfregie_referrals/too_many.html", status=429)
    for practice in Practice.objects.active().filter(email__iexact=form.cleaned_data["email"]):
        send_practice_link.enqueue(practice.pk, request.build_absolute_uri("/"))
    return redirect("referrals:link_requested")


@require_safe
def link_requested(request: HttpRequest) -> HttpResponse:
    """What happens next after asking for a link."""
    return render(request, "zelfregie_referrals/link_requested.html")


def _card_context(request: HttpRequest, practice: Practice, token: str, code: str) -> dict[str, Any]:
    """The card of this practice, with what its group says of itself today."""
    card = get_object_or_404(practice.cards, code=code)
    url = request.build_absolute_uri(reverse("referrals:card", args=[card.code]))
    entry = targets.target_of(request, card.target_key)
    return {
        "practice": practice,
        "token": token,
        "card": card,
        "entry": entry,
        "is_full": entry is not None and _printed_length(entry) > ROOMY_LENGTH,
        "qr": qr_svg(url),
        "entrance_url": request.build_absolute_uri(entrance_path(request)),
    }


def _printed_length(entry: DirectoryEntry) -> int:
    return len(entry.title) + sum(len(str(label)) + len(value) for label, value in entry.facts)
