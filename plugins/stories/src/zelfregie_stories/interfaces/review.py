"""The page on which a moderator reads a story and decides."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views import generic

from zelfregie_core.domain.plugin_settings import settings_of
from zelfregie_stories.domain.errors import StoryStateError
from zelfregie_stories.domain.hints import hint_pieces
from zelfregie_stories.domain.moderation import (
    can_change_text,
    can_publish,
    publish_story,
    reject_story,
    take_offline,
)
from zelfregie_stories.domain.published import index_url
from zelfregie_stories.models import Story

REASON_LENGTH = 1000


class DecisionForm(forms.Form):
    """What the moderator decides; a reason only for rejecting."""

    decision = forms.ChoiceField(
        choices=[("publish", _("Plaatsen")), ("reject", _("Niet plaatsen")), ("take_offline", _("Weghalen"))]
    )
    reason = forms.CharField(
        label=_("Waarom plaats je het niet?"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=_("De schrijver krijgt dit te lezen. Wees vriendelijk en zeg wat er anders kan."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StoryReviewView(generic.InspectView):
    """The whole story with hints about what may tell who wrote it, and the buttons to decide."""

    model = Story
    page_title = _("Beoordeel")
    template_name = "zelfregie_stories/admin/review.html"
    any_permission_required = ["change", "view"]

    def get_page_subtitle(self) -> str:
        return self.object.title

    def get_edit_url(self) -> str | None:
        return super().get_edit_url() if can_change_text(self.request.user, self.object) else None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Carry out the decision, say what happened, and go to the next story."""
        if not can_publish(request.user):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        base_url = request.build_absolute_uri("/").rstrip("/")
        try:
            match form.cleaned_data["decision"]:
                case "publish":
                    publish_story(self.object, request.user, base_url)
                    messages.success(request, _("Het verhaal staat op de site."))
                case "reject":
                    reject_story(self.object, form.cleaned_data["reason"], request.user, base_url)
                    messages.success(request, _("Het verhaal komt niet op de site."))
                case _other:
                    take_offline(self.object, request.user)
                    messages.success(request, _("Het verhaal is van de site. Het wacht weer op een besluit."))
        except StoryStateError as error:
            form.add_error(None, str(error))
            self.object.refresh_from_db()
            return self.render_to_response(self.get_context_data(form=form))
        return redirect(reverse("stories_moderation:index"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", DecisionForm())
        context = super().get_context_data(**kwargs)
        story, user = self.object, self.request.user
        page_url = index_url(self.request)
        paragraphs = [hint_pieces(paragraph) for paragraph in story.paragraphs]
        name_pieces = hint_pieces(story.author_name)
        title_pieces = hint_pieces(story.title)
        labels = {piece.label for pieces in [*paragraphs, name_pieces, title_pieces] for piece in pieces if piece.kind}
        return {
            **context,
            "story": story,
            "paragraphs": paragraphs,
            "name_pieces": name_pieces,
            "title_pieces": title_pieces,
            "hint_labels": sorted(labels),
            "can_publish": can_publish(user),
            "edit_story_url": self.get_edit_url(),
            "story_url": f"{page_url}{story.slug}/" if page_url and story.is_published else "",
            "contact_email": story.contact_email if can_publish(user) else "",
            "keep_days": settings_of("stories", self.request).keep_days,
        }
