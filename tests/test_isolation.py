"""Nothing of one region reaches another. Each test makes rows of the same key in both, so that a leak would show."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_tenants.utils import tenant_context
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from zelfregie_core.models import ContentPage, SiteSettings

PASSWORD = "een-lang-wachtwoord-38"


@pytest.fixture
def regions(noord, zuid):
    return (noord, zuid)


@pytest.fixture
def pages(regions, same_numbers):
    """A page with the same key and the same path in both regions."""
    same_numbers(Page)
    made = {}
    for region in regions:
        with tenant_context(region):
            home = Site.objects.get().root_page
            page = home.add_child(
                instance=ContentPage(title=f"Rouw in {region.slug}", slug="rouw", intro=f"Van {region.slug}")
            )
            page.save_revision().publish()
            made[region.slug] = page
    assert made["noord"].pk == made["zuid"].pk
    return made


@pytest.fixture
def users(regions, same_numbers):
    """A moderator with the same key, name and e-mail address in both regions, with another password."""
    same_numbers(get_user_model())
    made = {}
    for region in regions:
        with tenant_context(region):
            made[region.slug] = get_user_model().objects.create_superuser(
                "anna", "anna@example.nl", password=f"{PASSWORD}-{region.slug}"
            )
    assert made["noord"].pk == made["zuid"].pk
    return made


def titles(response):
    return sorted(set(re.findall(r"Rouw in (?:noord|zuid)", response.content.decode())))


def test_page_at_a_path_is_the_one_of_the_region(pages, regions, region_client):
    found = [titles(region_client(region).get("/rouw/")) for region in regions]

    assert found == [["Rouw in noord"], ["Rouw in zuid"]]


def test_search_finds_pages_of_the_region_only(pages, regions, region_client):
    found = [titles(region_client(region).get("/zoeken/", {"q": "rouw"})) for region in regions]

    assert found == [["Rouw in noord"], ["Rouw in zuid"]]


def test_sitemap_lists_addresses_of_the_region_only(pages, regions, region_client):
    found = [
        set(re.findall(r"//([a-z]+)\.test", region_client(region).get("/sitemap.xml").content.decode()))
        for region in regions
    ]

    assert found == [{"noord"}, {"zuid"}]


def test_search_backend_finds_rows_of_the_region_only(pages, regions):
    found = []
    for region in regions:
        with tenant_context(region):
            found.append([page.title for page in Page.objects.search("rouw")])

    assert found == [["Rouw in noord"], ["Rouw in zuid"]]


@pytest.mark.parametrize("alias", list(caches.settings))
def test_same_key_in_a_cache_is_another_value_in_each_region(regions, alias):
    for region in regions:
        with tenant_context(region):
            caches[alias].set("sleutel", region.slug)

    found = []
    for region in regions:
        with tenant_context(region):
            found.append((caches[alias].get("sleutel"), caches[alias].get_many(["sleutel"])))
            caches[alias].delete("anders")
    connection.set_schema_to_public()

    assert found == [("noord", {"sleutel": "noord"}), ("zuid", {"sleutel": "zuid"})]
    assert caches[alias].get("sleutel") is None


def test_addresses_of_pages_are_cached_per_region(pages, regions):
    """Wagtail keeps them in the cache; the second region must not get the first one's."""
    found = []
    for region in regions:
        with tenant_context(region):
            found.append(Page.objects.get(slug="rouw").full_url)

    assert found == ["http://noord.test/rouw/", "http://zuid.test/rouw/"]


def test_session_of_one_region_is_worthless_in_another(users, noord, zuid, region_client):
    here = region_client(noord)
    here.force_login(users["noord"])
    there = region_client(zuid)
    there.cookies = here.cookies

    answers = [visitor.get("/admin/") for visitor in (here, there)]

    assert [answer.status_code for answer in answers] == [200, 302]
    with tenant_context(zuid):
        assert Session.objects.count() == 0


def test_password_of_one_region_does_not_open_another(users, zuid, region_client):
    visitor = region_client(zuid)

    tries = [visitor.login(username="anna", password=f"{PASSWORD}-{slug}") for slug in ("noord", "zuid")]

    assert tries == [False, True]


def test_password_reset_of_one_region_is_worthless_in_another(users, noord, zuid, region_client):
    token = default_token_generator.make_token(users["noord"])
    key = urlsafe_base64_encode(force_bytes(users["noord"].pk))
    path = reverse("wagtailadmin_password_reset_confirm", args=(key, token))

    answers = [region_client(region).get(path) for region in (noord, zuid)]

    # Django moves a good token into the session and redirects; a bad one gets a page that says so.
    assert [answer.status_code for answer in answers] == [302, 200]
    assert answers[1].context["validlink"] is False


def test_password_reset_mail_names_the_address_of_its_region(users, zuid, region_client, mailoutbox):
    region_client(zuid).post(reverse("wagtailadmin_password_reset"), {"email": "anna@example.nl"})

    assert [set(re.findall(r"http://([a-z.]+)/", message.body)) for message in mailoutbox] == [{"zuid.test"}]


def test_mail_of_wagtail_comes_from_its_region(users, regions, region_client, mailbox):
    with tenant_context(regions[1]):
        details = SiteSettings.load()
        details.sender_email = "noreply@zuid.example"
        details.save()

    for region in regions:
        region_client(region).post(reverse("wagtailadmin_password_reset"), {"email": "anna@example.nl"})

    assert [message["From"] for message in mailbox()] == [
        "Zelfregie Noord <noreply@zelfregie.test>",
        "Zelfregie Zuid <noreply@zuid.example>",
    ]


def test_page_explorer_and_chooser_show_pages_of_the_region_only(pages, users, regions, region_client):
    found = []
    for region in regions:
        editor = region_client(region)
        editor.force_login(users[region.slug])
        home = pages[region.slug].get_parent()
        names = ("wagtailadmin_explore", "wagtailadmin_choose_page_child")
        found += [titles(editor.get(reverse(name, args=(home.pk,)))) for name in names]

    assert found == [["Rouw in noord"], ["Rouw in noord"], ["Rouw in zuid"], ["Rouw in zuid"]]


def test_admin_search_shows_pages_of_the_region_only(pages, users, zuid, region_client):
    editor = region_client(zuid)
    editor.force_login(users["zuid"])

    assert titles(editor.get(reverse("wagtailadmin_pages:search"), {"q": "rouw"})) == ["Rouw in zuid"]


# Wagtail leaves its temporary file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_image_and_its_rendition_are_those_of_the_region(regions, region_client, same_numbers):
    number = same_numbers(Image)
    sizes = []
    for region, width in zip(regions, (60, 90), strict=True):
        with tenant_context(region):
            image = Image.objects.create(title="Foto", file=get_test_image_file("foto.png", size=(width, 40)))
            rendition = image.get_rendition("original")
            address = rendition.url
        answer = region_client(region).get(address)
        sizes.append((image.pk, address, rendition.width, len(b"".join(answer.streaming_content)) > 0))

    assert [(pk, width, has_bytes) for pk, _address, width, has_bytes in sizes] == [
        (number, 60, True),
        (number, 90, True),
    ]
    assert sizes[0][1] == sizes[1][1]


def test_document_is_that_of_the_region(regions, region_client, same_numbers):
    number = same_numbers(Document)
    for region in regions:
        with tenant_context(region):
            Document.objects.create(title="Verslag", file=ContentFile(region.slug.encode(), "verslag.txt"))

    found = []
    for region in regions:
        with tenant_context(region):
            address = Document.objects.get().url
        found.append((address, b"".join(region_client(region).get(address).streaming_content)))

    assert found == [(f"/documenten/{number}/verslag.txt", b"noord"), (f"/documenten/{number}/verslag.txt", b"zuid")]


def test_content_types_are_read_anew_in_each_region(regions):
    """Their ids can differ between schemas, and Django keeps them in the process."""
    with tenant_context(regions[1]), connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('proef', 'ding')")
    ContentType.objects.get_for_model(Page)

    with tenant_context(regions[1]):
        in_zuid = ContentType.objects.get_by_natural_key("proef", "ding")

    with pytest.raises(ContentType.DoesNotExist):
        ContentType.objects.get_by_natural_key("proef", "ding")
    with pytest.raises(ContentType.DoesNotExist):
        ContentType.objects.get_for_id(in_zuid.pk)


def test_moving_and_deleting_a_page_leaves_the_other_region_alone(pages, regions):
    with tenant_context(regions[1]):
        Page.objects.get(slug="rouw").delete()

    found = []
    for region in regions:
        with tenant_context(region):
            found.append(Page.objects.filter(slug="rouw").count())
    assert found == [1, 0]


def test_public_schema_has_no_table_of_a_site(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}

    strangers = {name for name in tables if not name.startswith(("zelfregie_tenants_", "django_tasks_database_"))}
    assert strangers == {"django_content_type", "django_migrations"}
