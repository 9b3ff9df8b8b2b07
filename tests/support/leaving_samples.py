"""What a region that leaves has: one of everything that goes along, and of everything that stays behind."""

from __future__ import annotations

import datetime as dt
import io
import json

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as PermissionGroup
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Pillow
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, PageViewRestriction, Site

from zelfregie_core.models import Branding, ContentPage, Theme, ThemeIndexPage, ThemePage
from zelfregie_groups.models import Group
from zelfregie_groups.models.former_slug import FormerSlug
from zelfregie_referrals.models import MonthlyCount, Practice, ReferralCard
from zelfregie_stories.models import Story


def fill_region() -> None:
    """Fill the current region."""
    brand = Branding.load()
    brand.tagline = "Met de hand: “samen” \\ verder"
    brand.save()
    get_user_model().objects.create(username="zonder-rol", email="x@parkstad.example")
    theme = Theme.objects.create(slug="eigen", name="Ons eigen thema", synonyms=["een", "twee"], icon="heart")
    picture, document = make_media()
    make_pages(theme, picture, document)
    Redirect.objects.create(old_path="/oud", redirect_page=Page.objects.get(slug="over-ons"))
    Redirect.objects.create(old_path="/weg", redirect_link="https://elders.example/", is_permanent=False)
    first = Group.objects.create(
        name="Wandelen",
        city="Heerlen",
        host_name="Marjan",
        host_email="marjan@prive.example",
        description="=1+1\nEn meer",
        latitude=50.88,
        longitude=5.98,
    )
    first.themes.add(theme)
    first.slug = "loop-mee"
    first.save()
    FormerSlug.objects.get_or_create(slug="lopen", group=first)
    place = {"city": "Heerlen", "latitude": 50.88, "longitude": 5.98}
    Group.objects.create(name="Nog geheim", published=False, **place)
    Group.objects.create(name="Wandelen", description="Een andere met dezelfde naam", **place)
    Story.objects.create(
        title="Mijn weg", author_name="-Inge()", body="Eerst dit.\n\nToen “dat”; en, ook.", status="published",
        slug="mijn-weg", published_at=timezone.now() - dt.timedelta(days=3), contact_email="inge@prive.example",
        consent_text="Ik vind het goed.", consent_at=timezone.now(), theme=theme,
    )  # fmt: skip
    Story.objects.create(title="Wachtend verhaal", author_name="Bo", body="Nog niet.", needs_care=True)
    practice = Practice.objects.create(name="=De Brug", city="Heerlen", email="info@brug.example", active=False)
    MonthlyCount.objects.create(practice=practice, month=dt.date(2026, 3, 1), made=4, opened=3, used=2)
    ReferralCard.objects.create(
        code="4KTF92DC", practice=practice, target_key=f"groups:{first.pk}", target_title="@Wandelen",
        expires_at=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip


def make_media():
    data = io.BytesIO()
    Pillow.new("RGB", (40, 30), "teal").save(data, "PNG")
    album = Collection.get_first_root_node().add_child(name="Foto's")
    picture = get_image_model()(title="Het plein", description="Een plein met bomen", collection=album)
    picture.file = ContentFile(data.getvalue(), name="plein.png")
    picture.focal_point_x = picture.focal_point_y = 10
    picture.focal_point_width = picture.focal_point_height = 5
    picture._set_image_file_metadata()
    picture.save()
    picture.tags.add("buiten")
    document = get_document_model()(title="Folder", file=ContentFile(b"%PDF-1.4 folder", name="folder.pdf"))
    document._set_document_file_metadata()
    document.save()
    make_closed_collections()
    return picture, document


def make_closed_collections() -> None:
    """One for a group, with another one below it; and one beside it of nearly the same name, for who signs in."""
    board = Collection.get_first_root_node().add_child(name="Bestuur/intern")
    below = board.add_child(name="Notulen")
    board.view_restrictions.create(restriction_type="groups").groups.set(
        PermissionGroup.objects.filter(name="Moderatoren")
    )
    other = Collection.get_first_root_node().add_child(name="Bestuur-intern")
    other.view_restrictions.create(restriction_type="login")
    for number, collection in enumerate((below, other)):
        file = ContentFile(b"%PDF-1.4 Wat het bestuur besloot", name=f"besluit-{number}.pdf")
        minutes = get_document_model()(title="Besluit", file=file, collection=collection)
        minutes._set_document_file_metadata()
        minutes.save()


def make_pages(theme, picture, document) -> None:
    home = Site.objects.get(is_default_site=True).root_page
    about = ContentPage.objects.get(slug="over-ons")
    image = {"image": picture.pk, "decorative": False, "alt_text": "Bomen"}
    question = {"type": "item", "id": "b", "value": {"question": "Hoe?", "answer": "<p>Zo.</p>"}}
    body = [
        {"type": "heading", "value": "Kop *met* <teken> [en] 1. meer"},
        {
            "type": "paragraph",
            "value": f'<p>1. Geen lijst <b>vet</b> &amp; <a linktype="page" id="{about.pk}">over ons</a> en '
            f'<a linktype="document" id="{document.pk}">de folder</a>.</p><ol><li>een</li><li>twee</li></ol>',
        },
        {"type": "picture", "value": {"image": image, "caption": "x"}},
        {"type": "tips", "value": {"title": "Tips", "items": [{"type": "item", "id": "a", "value": "Ga mee"}]}},
        {"type": "faq", "value": {"items": [question]}},
        {"type": "call_to_action", "value": {"text": "", "label": "Lees", "page": about.pk, "url": ""}},
        {"type": "groups_teaser", "value": {"title": "Groepen", "theme": "eigen", "number": 2}},
        {"type": "contact", "value": None},
    ]  # fmt: skip
    page = ContentPage(
        title="Alles erop", slug="alles", intro="Zie “hier”: ja", body=json.dumps(body), show_in_menus=True
    )
    page.seo_title, page.search_description = "Voor zoekers", "Alles op één plek"
    home.add_child(instance=page)
    page.move(home, pos="first-child")
    page = ContentPage.objects.get(slug="alles")
    page.add_child(instance=ContentPage(title="Eronder", slug="eronder", body=json.dumps(body[:1])))
    home.refresh_from_db()
    home.add_child(instance=ContentPage(title="Kladpagina", slug="klad", live=False))
    closed = home.add_child(instance=ContentPage(title="Alleen voor ons", slug="besloten"))
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    ours = home.add_child(instance=ContentPage(title="Voor wie schrijft", slug="schrijvers"))
    restriction = PageViewRestriction.objects.create(page=ours, restriction_type="groups")
    restriction.groups.set(PermissionGroup.objects.filter(name__in=["Redacteuren", "Moderatoren"]))
    about.refresh_from_db()
    about.title = "Over ons, straks"
    about.save_revision(changed=True)
    ThemeIndexPage.objects.get().add_child(instance=ThemePage(title="Eigen", slug="eigen", theme=theme))
    Page.objects.get(slug="kaart").delete()
