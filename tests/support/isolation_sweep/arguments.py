"""With what the addresses are asked: the region's own keys, names and signed links."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.files.storage import default_storage
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.documents.models import Document
from wagtail.images.models import Image, Rendition
from wagtail.models import Page, Revision

from isolation_sweep.addresses import Arguments
from isolation_sweep.canaries import COMMON_WORD
from zelfregie_core.models import Branding, ContentPage, HomePage, LegalPage, Theme
from zelfregie_groups.models import DistinctPair, Group, GroupFinderPage
from zelfregie_national.models import CountrySearchPage
from zelfregie_referrals.domain.links import token_of
from zelfregie_referrals.models import Practice, ReferralCard
from zelfregie_stories.domain.links import author_token
from zelfregie_stories.models import Story, StoryIndexPage
from zelfregie_tenants.testing.client import RegionClient
from zelfregie_tenants.testing.contents import body_of


class Rows:
    """What the addresses of one region are filled in with; made inside that region."""

    def __init__(self, filler: Any) -> None:
        """Read the rows that the filler made."""
        self.region = filler.region
        self.get = filler.rows.__getitem__
        self.home = HomePage.objects.get()
        self.pages = [page.relative_url(None) or "/" for page in Page.objects.descendant_of(self.home, inclusive=True)]
        finder = next(page.relative_url(None) for page in Page.objects.exact_type(GroupFinderPage))
        stories = next(page.relative_url(None) for page in Page.objects.exact_type(StoryIndexPage))
        self.inner = [
            f"{finder}{filler.rows[Group].slug}/", f"{finder}?q={COMMON_WORD}", f"{finder}?plaats=6411",
            f"{stories}{filler.rows[Story].slug}/", f"{stories}?q={COMMON_WORD}",
            *(f"{page.relative_url(None)}?q={COMMON_WORD}" for page in Page.objects.exact_type(CountrySearchPage)),
        ]  # fmt: skip
        self.practice: Practice = self.get(Practice)
        self.practice_token = token_of(self.practice)
        self.story_token = author_token(self.get(Story))
        self.card: ReferralCard = self.get(ReferralCard)
        group = Group.objects.get(pk=self.get(Group).pk)
        group.save_revision()
        self.group_revision = Revision.objects.filter(object_id=str(group.pk)).latest("pk").pk
        self.group = group
        user = self.get(User)
        self.reset = (urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user))
        self.files = [
            default_storage.url(name) for name in (
                self.get(Rendition).file.name, self.get(Branding).logo.name, self.get(Image).file.name,
                self.get(Document).file.name,
            )
        ]  # fmt: skip
        visitor = RegionClient(self.region)
        self.identifiers = {}
        for kind in ("services", "taxonomies", "taxonomy_terms", "organizations", "service_at_locations"):
            answer = visitor.get(f"/-/groups/hsds/{kind}")
            contents = json.loads(body_of(answer))["contents"] if answer.status_code == 200 else []
            self.identifiers[kind] = contents[0]["id"] if contents else "00000000-0000-0000-0000-000000000000"


def _models(*names: str, app: str, model: str, **more: Any) -> Callable[[Rows], list[Arguments]]:
    pairs = [name.split(".") for name in names]
    return lambda rows: [{app: pair[0], model: pair[1], **more} for pair in pairs]


_PAGE_TYPE = {"app": "content_type_app_name", "model": "content_type_model_name"}
#: The same wherever it stands.
BY_PARAMETER: dict[str, Callable[[Rows], Any]] = {
    "parent_page_id": lambda rows: rows.home.pk,
    "destination_id": lambda rows: rows.home.pk,
    "code": lambda rows: rows.card.code,
    "revision": lambda rows: rows.group_revision,
    "filter_spec": lambda rows: "width-100",
    "plugin": lambda rows: "groups",
    "region_slug": lambda rows: "noord",
}
#: For one address; more than one set of arguments gives more than one path.
ARGUMENTS: dict[str, Callable[[Rows], list[Arguments]]] = {
    "wagtailadmin_api:pages:action": lambda rows: [{"action_name": "unpublish"}],
    "wagtail_bulk_action": lambda rows: [
        {"app_label": "wagtailcore", "model_name": "page", "action": action}
        for action in ("delete", "move", "publish", "unpublish")
    ],
    "wagtailadmin_pages:add": _models("zelfregie_core.contentpage", **_PAGE_TYPE),
    "wagtailadmin_pages:preview_on_add": _models("zelfregie_core.contentpage", **_PAGE_TYPE),
    "wagtailadmin_pages:type_use": _models("zelfregie_core.contentpage", **_PAGE_TYPE),
    "wagtailadmin_pages:type_use_results": _models("zelfregie_core.contentpage", **_PAGE_TYPE),
    "wagtailadmin_pages:choose_parent": _models("zelfregie_core.contentpage", app="app_label", model="model_name"),
    "wagtailadmin_pages:workflow_action": lambda rows: [{"action_name": "approve"}],
    "wagtailadmin_pages:collect_workflow_action_data": lambda rows: [{"action_name": "approve"}],
    "wagtailadmin_pages:revisions_view": lambda rows: [{"revision_id": revision_of(rows)}],
    "wagtailadmin_pages:revisions_revert": lambda rows: [{"revision_id": revision_of(rows)}],
    "wagtailadmin_pages:revisions_unschedule": lambda rows: [{"revision_id": revision_of(rows)}],
    "wagtailadmin_tag_model_autocomplete": _models("taggit.tag", app="app_name", model="model_name"),
    "wagtailadmin_workflows:add_task": _models("wagtailcore.groupapprovaltask", app="app_label", model="model_name"),
    "wagtailadmin_editing_sessions:ping": lambda rows: [
        {"app_label": "zelfregie_core", "model_name": "contentpage", "object_id": rows.get(ContentPage).pk}
    ],
    "wagtailadmin_password_reset_confirm": lambda rows: [dict(zip(("uidb64", "token"), rows.reset, strict=True))],
    "wagtailsettings:edit": _models(
        "zelfregie_core.branding", "zelfregie_core.sitesettings", app="app_name", model="model_name", pk=1
    ),
    "wagtailsettings:preview_on_edit": _models("zelfregie_core.branding", app="app_name", model="model_name", pk=1),
    "wagtaildocs_chooser:chosen": lambda rows: [{"pk": rows.get(Document).pk}],
    "wagtailimages_chooser:chosen": lambda rows: [{"pk": rows.get(Image).pk}],
    "wagtailcore_authenticate_with_password": lambda rows: [{"page_id": rows.get(LegalPage).pk}],
    "region_wizard:step": lambda rows: [{"step": step} for step in WIZARD_STEPS],
    "groups_group:bulk": lambda rows: [{"action": "unpublish"}, {"action": "delete"}],
    "groups_group:merge": lambda rows: [
        {"first": rows.get(DistinctPair).first_id, "second": rows.get(DistinctPair).second_id}
    ],
    "groups:group_calendar": lambda rows: [{"slug": rows.group.slug}],
    "groups:theme_calendar": lambda rows: [{"slug": rows.get(Theme).slug}],
    "groups:map_tile": lambda rows: [{"z": 8, "x": 132, "y": 85}],
    "groups:api_service": lambda rows: [{"identifier": rows.identifiers["services"]}],
    "groups:api_taxonomy": lambda rows: [{"identifier": rows.identifiers["taxonomies"]}],
    "groups:api_taxonomy_term": lambda rows: [{"identifier": rows.identifiers["taxonomy_terms"]}],
    "groups:api_organization": lambda rows: [{"identifier": rows.identifiers["organizations"]}],
    "groups:api_service_at_location": lambda rows: [{"identifier": rows.identifiers["service_at_locations"]}],
    "referrals:practice": lambda rows: [{"token": rows.practice_token}],
    "referrals:make_card": lambda rows: [{"token": rows.practice_token}],
    "referrals:practice_overview": lambda rows: [{"token": rows.practice_token}],
    "referrals:practice_card": lambda rows: [{"token": rows.practice_token}],
    "referrals:print_card": lambda rows: [{"token": rows.practice_token, "size": "a5"}],
    "stories:thanks": lambda rows: [{"token": rows.story_token}],
    "stories:withdraw": lambda rows: [{"token": rows.story_token}],
}
WIZARD_STEPS = ("naam", "gebied", "organisatie", "merk", "modules", "mensen")


def revision_of(rows: Rows) -> int:
    """Return the number of the newest version of the text page."""
    return rows.get(ContentPage).latest_revision_id


#: Whole paths, where a pattern is a regular expression or an address is a file.
PATHS: dict[str, Callable[[Rows], list[str]]] = {
    "media": lambda rows: rows.files,
    "wagtail_serve": lambda rows: rows.inner,
    "wagtaildocs_serve": lambda rows: [rows.get(Document).url],
    "wagtailadmin_pages:revisions_compare": lambda rows: [
        f"/admin/pages/{rows.get(ContentPage).pk}/revisions/compare/earliest...latest/"
    ],
    "admin/^.*/$": lambda rows: ["/admin/er-is-niets/"],
    "^((?:[\\w\\-]+/)*)$": lambda rows: rows.pages,
}
#: What is asked behind the address: the word that stands in every text of every region, and what else must be said.
QUERIES: dict[str, str] = {
    "wagtail_bulk_action": "id=7001&next=/admin/",
    "groups_group:bulk": "id=7001",
    "groups_group:compare": "oud={group_revision}",
    "groups:places": f"plaats={COMMON_WORD}",
    "wagtailadmin_tag_autocomplete": "term=qz",
    "wagtailadmin_tag_model_autocomplete": "term=qz",
    "wagtailadmin_choose_page_chosen_multiple": "id=7001&id=7002",
    "wagtaildocs_chooser:chosen_multiple": "id=7001",
    "wagtailimages_chooser:chosen_multiple": "id=7001",
    "wagtailadmin_api:pages:find": "html_path=/",
    "wagtailadmin_api:documents:find": "id=7001",
    "wagtailadmin_api:images:find": "id=7001",
    "wagtailimages:url_generator_output": "",
    "wagtailadmin_block_preview": "id=zelfregie",
}
#: What is sent to an address that takes no GET and that no form leads to.
POSTS: dict[str, dict[str, str]] = {"groups:where_am_i": {"lat": "50.8889", "lon": "5.9795"}}
SEARCHES = ("search", "results", "find", "autocomplete", "calendar", "new_groups", "listing")


def query_of(name: str, rows: Rows) -> str:
    """Return what is asked behind an address."""
    if name in QUERIES:
        return QUERIES[name].format(group_revision=rows.group_revision)
    return f"q={COMMON_WORD}" if any(word in name for word in SEARCHES) else ""
