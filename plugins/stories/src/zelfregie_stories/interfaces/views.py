"""The public pages of the stories plugin outside the page tree: sending in, the thank-you page, withdrawing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_core.domain.throttle import Limit, allow
from zelfregie_core.interfaces.private import private_page
from zelfregie_core.models import SiteSettings
from zelfregie_stories.domain.crisis import has_crisis_words
from zelfregie_stories.domain.links import find_by_token, thanks_path, withdraw_path
from zelfregie_stories.domain.moderation import withdraw_story
from zelfregie_stories.domain.published import index_url
from zelfregie_stories.domain.submission import submit_story
from zelfregie_stories.interfaces.forms import StoryForm
from zelfregie_stories.models import Story

#: Within an hour; the second one is for all visitors of the region together.
PER_VISITOR = Limit("stories:submit", tries=5, seconds=3600)
PER_REGION = Limit("stories:submit", tries=60, seconds=3600, shared=True)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """The form. Nothing that was typed is lost when something is not right."""
    if request.method != "POST":
        return _form(request, StoryForm(initial={"theme": _theme_of(request)}))
    form = StoryForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    if not allow(request, PER_VISITOR, PER_REGION):
        form.add_error(
            None,
            _("Er zijn net veel verhalen verstuurd. Laat deze pagina open en probeer het over een uur nog eens."),
        )
        return _form(request, form, status=429)
    story = submit_story(form.submission(), _base_url(request))
    return redirect(thanks_path(story))


@require_safe
@private_page(has_form=False)
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens now; and help at once for who wrote of wanting to die."""
    story = find_by_token(token)
    if story is None:
        return _gone(request)
    context = {
        "story": story,
        "needs_care": story.needs_care or has_crisis_words(story.title, story.body),
        "withdraw_url": request.build_absolute_uri(withdraw_path(story)),
        "details": SiteSettings.load(request_or_site=request),
        "index_url": index_url(request),
        "keep_days": settings_of("stories", request).keep_days,
    }
    return render(request, "zelfregie_stories/thanks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page(has_form=True)
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to withdraw, and do it on POST: a program that opens links in e-mails withdraws nothing."""
    story = find_by_token(token)
    if story is None:
        return _gone(request)
    if request.method == "POST":
        withdraw_story(story)
        return redirect(request.path)
    context = {
        "story": story,
        "is_withdrawn": story.status == Story.Status.WITHDRAWN,
        "keep_days": settings_of("stories", request).keep_days,
    }
    return render(request, "zelfregie_stories/withdraw.html", context)


def _form(request: HttpRequest, form: StoryForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "details": SiteSettings.load(request_or_site=request),
        "index_url": index_url(request),
        "keep_days": settings_of("stories", request).keep_days,
    }
    response = render(request, "zelfregie_stories/submit.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "zelfregie_stories/link_gone.html", {"index_url": index_url(request)}, status=404)


def _theme_of(request: HttpRequest) -> Any:
    """The theme that a link to the form names, so that it is chosen already."""
    slug = request.GET.get("thema", "").replace("\x00", "")
    return StoryForm().fields["theme"].queryset.filter(slug=slug).first() if slug else None


def _base_url(request: HttpRequest) -> str:
    """Scheme and host of the region's site, for links in e-mails."""
    return request.build_absolute_uri("/").rstrip("/")
