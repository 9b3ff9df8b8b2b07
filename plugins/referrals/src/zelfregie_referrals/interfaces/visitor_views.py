"""Pages of whoever got a card: type the code, see the group, use the card.

Looking (GET) never uses a card: programs that check links in messages look too. Only the button (POST) does.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zelfregie_core.domain.throttle import is_used_up, note
from zelfregie_core.interfaces.private import private_page
from zelfregie_core.plugins import call_plugins
from zelfregie_referrals.codes import read_code
from zelfregie_referrals.domain import cards, targets
from zelfregie_referrals.domain.limits import WRONG_CODES
from zelfregie_referrals.forms import CodeForm
from zelfregie_referrals.models import ReferralCard

View = Callable[..., HttpResponse]


def for_card(view: View) -> View:
    """Give the view the card with this code, or say that there is none.

    Wrong codes are counted; after too many of them we look no further for a while.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, code: str) -> HttpResponse:
        if is_used_up(request, WRONG_CODES):
            return render(request, "zelfregie_referrals/too_many.html", status=429)
        known = read_code(code)
        card = cards.find_card(known) if known else None
        if card is None:
            note(request, WRONG_CODES)
            context = {"form": CodeForm(), "finder_url": _finder_url(request)}
            return render(request, "zelfregie_referrals/card_unknown.html", context, status=404)
        return view(request, card)

    return wrapped


@private_page(has_form=False)
@require_safe
def enter_code(request: HttpRequest) -> HttpResponse:
    """Type the code that is on the card."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("referrals:card", code=form.cleaned_data["code"])
    return render(request, "zelfregie_referrals/enter_code.html", {"form": form})


@private_page(has_form=True)
@require_safe
@for_card
def show_card(request: HttpRequest, card: ReferralCard) -> HttpResponse:
    """What the card is for, and the button that uses it."""
    # A redirect when the code was written otherwise, so that each card has one address.
    if request.path != reverse("referrals:card", args=[card.code]):
        return redirect("referrals:card", code=card.code)
    if request.method == "GET" and card.status in (ReferralCard.Status.MADE, ReferralCard.Status.OPENED):
        cards.mark_opened(card)
    return _render_card(request, card)


@private_page(has_form=True)
@require_POST
@for_card
def use_card(request: HttpRequest, card: ReferralCard) -> HttpResponse:
    """Use the card, once."""
    entry = targets.target_of(request, card.target_key)
    if entry is None or not entry.is_open or not cards.redeem(card):
        card.refresh_from_db()
        return _render_card(request, card)
    return redirect("referrals:card_used", code=card.code)


@private_page(has_form=False)
@require_safe
@for_card
def card_used(request: HttpRequest, card: ReferralCard) -> HttpResponse:
    """What happens now that the card is used."""
    if card.status != ReferralCard.Status.USED:
        return redirect("referrals:card", code=card.code)
    entry = targets.target_of(request, card.target_key)
    if entry is None:
        return _render_card(request, card)
    return render(request, "zelfregie_referrals/card_used.html", {"card": card, "entry": entry})


def _render_card(request: HttpRequest, card: ReferralCard) -> HttpResponse:
    """The page of a card as it stands: usable, used, expired, or its group gone."""
    context = {
        "card": card,
        "entry": targets.target_of(request, card.target_key),
        "status": card.status,
        "finder_url": _finder_url(request),
    }
    return render(request, "zelfregie_referrals/card.html", context)


def _finder_url(request: HttpRequest) -> str:
    """Where the visitor finds another group; the search over the site when there is no finder."""
    found = next((path for _plugin, path in call_plugins("finder_path", request)), None)
    return found or reverse("zelfregie_core:search")
