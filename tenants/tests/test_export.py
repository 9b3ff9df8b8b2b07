"""A region leaves with all that is its own, in open formats, and comes back elsewhere as it was."""

from __future__ import annotations

import csv
import difflib
import io
import json
import shutil
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django_tenants.utils import tenant_context
from leaving_samples import fill_region, make_media
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from zelfregie_core.models import Branding
from zelfregie_groups.models import Group
from zelfregie_referrals.models import Practice
from zelfregie_stories.domain.importing import import_stories
from zelfregie_stories.models import Story
from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.launch import launch_region
from zelfregie_tenants.domain.leaving.errors import LeavingRefused
from zelfregie_tenants.domain.leaving.export import export_region
from zelfregie_tenants.domain.leaving.read_in import import_region
from zelfregie_tenants.domain.leaving.restrictions import restrict
from zelfregie_tenants.domain.plan import plan_region
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import RegionEvent

pytestmark = pytest.mark.django_db

WHO = {"operator": "olga"}
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "leave-or-close-a-region.md"
#: What a spreadsheet would run, were it not for what stands before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'=", "'+", "'-", "'@")
SECRETS = (
    "marjan@prive.example",
    "inge@prive.example",
    "Wachtend verhaal",
    "Kladpagina",
    "Wat het bestuur besloot",
    "anna@parkstad.example",
)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """Where the files of the shared region are."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def parkstad(shared_rows, media, instance_in, tmp_path_factory):
    """A launched region with one of everything, and with what cannot be said in Markdown or in a table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(media))
        instance = instance_in(tmp_path_factory.mktemp("map"), "parkstad")
        instance.edit("region.toml", "enabled = false", "enabled = true")
        region = launch_region(instance.folder, invite=False).region
        with tenant_context(region):
            fill_region()
    return region


@pytest.fixture(scope="module")
def export(parkstad, media, tmp_path_factory):
    """The region's export, as a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(media))
        return export_region("parkstad", tmp_path_factory.mktemp("uit") / "parkstad-export", **WHO).place


@pytest.fixture(scope="module")
def moved(export, media):
    """The export, read in under another name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", str(media))
        return import_region(export, slug="verhuisd", domains=["verhuisd.test"], invite=False, **WHO)


@pytest.fixture(autouse=True)
def files(moved, media, _inside_noord):
    """The files of both regions, where this test looks for them."""
    shutil.copytree(media, settings.MEDIA_ROOT)


def contents(folder: Path, *, slug: str) -> dict[str, str]:
    """Every file as text, without what two exports may differ in: slug, domain, moment, and the order of rows."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or name == "export.json" or name.startswith("hsds/"):
            continue
        text = path.read_bytes().decode("utf-8", "backslashreplace")
        if path.suffix == ".csv":
            text = "\n".join(
                sorted(map(str, csv.reader(io.StringIO(text), delimiter=";" if "groups" in name else ",")))
            )
        elif name in {"data/groups.json", "personal/stories.json"}:
            text = "\n".join(sorted(line.rstrip(",") for line in text.splitlines()))
        found[name] = text.replace(f'slug = "{slug}"', 'slug = "X"').replace(f'"{slug}.test"', '"X.test"')
    return found


def unlike(first: str, second: str) -> list[str]:
    """The lines in which two texts differ."""
    return list(difflib.unified_diff(first.splitlines(), second.splitlines(), n=0, lineterm=""))[3:]


def test_round_trip_gives_the_same_files(export, moved, tmp_path):
    export_region("verhuisd", tmp_path / "weer", **WHO)

    assert (moved.notes, moved.changed) == ([], ())
    assert [name for name, report in moved.reports.items() if report.problems] == []
    first, second = contents(export, slug="parkstad"), contents(tmp_path / "weer", slug="verhuisd")
    assert sorted(second) == sorted(first)
    different = {name: unlike(first[name], second[name]) for name in first if first[name] != second[name]}
    # Codes of cards work on the old site only.
    assert [line[:13] for line in different.pop("personal/cards.csv")] == ["-['4KTF-92DC'"]
    assert different == {}
    services = [json.loads((folder / "hsds/hsds.json").read_text()) for folder in (export, tmp_path / "weer")]
    assert [sorted(service["name"] for service in found) for found in services] == [["Wandelen", "Wandelen"]] * 2
    assert list(RegionEvent.objects.filter(slug="verhuisd").values_list("action", flat=True)) == ["export", "import"]


# Wagtail leaves the file open from which it makes a smaller picture.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <function SpooledTemporaryFile")
def test_imported_region_shows_the_same_site(parkstad, moved, region_client):
    there = {
        path: region_client(parkstad).get(path).text
        for path in ("/alles/", "/groepen/loop-mee/", "/verhalen/mijn-weg/")
    }

    region = moved.launch.region
    browser = region_client(region)
    for path, text in there.items():
        page = browser.get(path)
        assert page.status_code == 200
        assert main_of(page.text) == main_of(text)
    assert browser.get("/klad/").status_code == 404
    assert browser.get("/besloten/").status_code == 302
    assert browser.get("/oud").headers["Location"].endswith("/over-ons/")
    with tenant_context(region):
        assert Group.objects.get(slug="loop-mee").host_email == "marjan@prive.example"
        assert Story.objects.get(slug="mijn-weg").consent_text == "Ik vind het goed."
        assert Practice.objects.get().active is False
        assert get_image_model().objects.get().collection.name == "Foto's"


def main_of(html: str) -> str:
    """The part of a page between its header and footer, without numbers and addresses that belong to one region."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return main.replace("verhuisd", "parkstad")


def test_export_is_an_instance_folder_that_can_be_launched(parkstad, export, tmp_path):
    plan = plan_region(export)

    # The site is as the folder says: nothing to make, and nothing to change but what Markdown says in other words.
    changes = [item.key for item in plan.changes if item.kind not in {"page", "file"}]
    assert changes == ["tagline"]  # that other regions see; editors changed what is on the site
    toml = (export / "region.toml").read_text()
    assert 'tagline = "Met de hand: “samen” \\\\ verder"' in toml
    assert [line for line in toml.splitlines() if line.startswith("email = ")][1:] == [
        'email = "anna@parkstad.example"', 'email = "bram@parkstad.example"',
    ]  # fmt: skip


def test_everything_is_where_the_readme_says(export):
    text = (export / "README.md").read_text()
    index = json.loads((export / "export.json").read_text())

    assert set(index["files"]) == {str(path.relative_to(export)) for path in export.rglob("*") if path.is_file()} - {
        "export.json"
    }
    for name in ("groups.csv", "hsds/hsds.json", "personal/stories.json", "data/pages.json", "media/images.json"):
        assert f"| `{name}` |" in text
    with (export / "groups.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["name"], row["description"]) for row in rows] == [
        ("Wandelen", "'=1+1\nEn meer"), ("Wandelen", "Een andere met dezelfde naam"),
    ]  # fmt: skip
    assert (export / "media/documents/folder.pdf").read_bytes() == b"%PDF-1.4 folder"
    assert "## Kop \\*met\\* &lt;teken&gt; \\[en\\] 1. meer" in (export / "content/alles.md").read_text()
    assert (export / "content/other/alles--eronder.md").is_file()


def test_no_cell_of_a_table_is_a_formula_and_reading_it_gives_the_text_again(export, moved):
    cells = {}
    for path in export.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=";" if path.name == "groups.csv" else ",")
            cells[str(path.relative_to(export))] = {cell for row in rows for cell in row if cell.startswith(FORMULA)}
    with tenant_context(moved.launch.region):
        again = import_stories(export / "stories.csv")

    assert cells == {
        "groups.csv": {"'=1+1\nEn meer"}, "personal/groups.csv": {"'=1+1\nEn meer"}, "stories.csv": {"'-Inge()"},
        "practices.csv": {"'=De Brug"}, "personal/cards.csv": {"'@Wandelen", "'=De Brug"},
    }  # fmt: skip
    assert (again.created, again.updated, again.unchanged, again.problems) == (0, 0, 1, ())


def test_pages_for_groups_keep_them_by_name_and_stay_closed_without(export, moved):
    lines = (export / "README.md").read_text().splitlines()
    with tenant_context(moved.launch.region):
        page = Page.objects.get(slug="schrijvers")
        kept = set(page.view_restrictions.get().groups.values_list("name", flat=True))
        record = {"key": "schrijvers/", "closed_to": ["groups"], "closed_to_groups": ["Vrijwilligers"]}
        notes = list(restrict(page, record))
        left = page.view_restrictions.get().groups.count()

    assert kept == {"Redacteuren", "Moderatoren"}
    assert [line for line in lines if line.startswith("- `/")] == [
        "- `/besloten/`: voor wie inlogt.",
        "- `/schrijvers/`: voor de groepen: Moderatoren, Redacteuren.",
        "- `/besloten/`: for who is signed in.",
        "- `/schrijvers/`: for the groups: Moderatoren, Redacteuren.",
    ]
    assert notes == ["/schrijvers/ was open to “Vrijwilligers” too, a group that is not here. Nobody can read it now."]
    assert left == 0


def test_documents_of_closed_collections_stay_closed(export, moved, region_client, tmp_path):
    older = Path(shutil.copytree(export, tmp_path / "ouder"))
    make_older(older)

    imported = import_region(older, slug="ouder", domains=["ouder.test"], invite=False, **WHO)

    region = moved.launch.region
    with tenant_context(region):
        documents = {row.filename: row for row in get_document_model().objects.select_related("collection")}
        kept = {row.name: row.view_restrictions.get() for row in Collection.objects.exclude(view_restrictions=None)}
        groups = {name: [group.name for group in row.groups.all()] for name, row in kept.items()}
    assert answers(region_client(region)) == {"folder.pdf": 200, "besluit-0.pdf": 302, "besluit-1.pdf": 302}
    assert {name: row.restriction_type for name, row in kept.items()} == {
        "Bestuur-intern": "login",
        "Bestuur-intern (2)": "groups",
    }
    assert (groups["Bestuur-intern (2)"], documents["besluit-0.pdf"].collection.name) == (["Moderatoren"], "Notulen")
    # A release that did not say who may see what: only what was in no collection is still for everybody.
    browser = region_client(imported.launch.region)
    assert answers(browser) == {"folder.pdf": 200, "besluit-0.pdf": 302, "besluit-1.pdf": 302}
    assert [note.split(":")[0] for note in imported.notes] == [
        f"The export is of a release that did not say who may see the collection “{path}”"
        for path in ("Bestuur-intern", "Bestuur-intern (2)", "Bestuur-intern (2)/Notulen", "Foto's")
    ]


def answers(browser) -> dict[str, int]:
    """What a visitor gets of each document."""
    with tenant_context(browser.region):
        addresses = {row.filename: row.url for row in get_document_model().objects.all()}
    found = {name: browser.get(address) for name, address in addresses.items()}
    for answer in found.values():
        b"".join(answer)  # a file that is sent is open until it was read
    return {name: answer.status_code for name, answer in found.items()}


def make_older(folder: Path) -> None:
    """Make an export what the release before wrote: all documents in one folder, and nothing about collections."""
    index = json.loads((folder / "export.json").read_text())
    opened, closed = folder / "media/documents.json", folder / "personal/documents.json"
    opened.write_text(json.dumps([*json.loads(opened.read_text()), *json.loads(closed.read_text())]))
    for path in (folder / "personal/documents").iterdir():
        path.rename(folder / "media/documents" / path.name)
    index["files"] = {
        name: digest for name, digest in index["files"].items()
        if not name.startswith(("media/collections", "personal/documents"))
    }  # fmt: skip
    (folder / "media/collections.json").unlink()
    closed.unlink()
    (folder / "export.json").write_text(json.dumps({**index, "format": 1}))


def test_how_to_shows_the_tree_that_is_written(export):
    tree = HOW_TO.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0].splitlines()[1:]
    above, shown = "", set()
    for line in tree:
        name = line.split()[0]
        is_deeper = line.startswith("    ")
        if not is_deeper:
            above = name if name.endswith("/") else ""
        shown.add(f"{above}{name}" if is_deeper else name)
    leaves = {name for name in shown if not any(other != name and other.startswith(name) for other in shown)}
    patterns = [f"{name}*" if name.endswith("/") else name for name in leaves]
    written = {str(path.relative_to(export)) for path in export.rglob("*") if path.is_file()}

    assert [pattern for pattern in patterns if not any(fnmatch(file, pattern) for file in written)] == []
    assert [file for file in written if not any(fnmatch(file, pattern) for pattern in patterns)] == []


def test_without_personal_data_none_is_there(parkstad, tmp_path):
    done = export_region("parkstad", tmp_path / "open", personal=False, **WHO)

    whole = "".join(contents(tmp_path / "open", slug="").values())
    assert [secret for secret in SECRETS if secret in whole] == []
    assert not (tmp_path / "open" / "personal").exists()
    assert [sentence.split()[0] for sentence in done.to_fill_in] == ["region.toml"]


def test_personal_data_stand_in_their_own_folder_only(export):
    shared = {name: text for name, text in contents(export, slug="").items() if not name.startswith("personal/")}

    found = {secret: [name for name, text in shared.items() if secret in text] for secret in SECRETS}

    assert found == {**{secret: [] for secret in SECRETS}, "anna@parkstad.example": ["region.toml"]}


def test_zip_holds_the_same(parkstad, export, tmp_path):
    result = CliRunner().invoke(main, ["region", "export", "parkstad", str(tmp_path / "park.zip"), "--zip"])

    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(tmp_path / "park.zip") as package:
        package.extractall(tmp_path / "uitgepakt")
    assert contents(tmp_path / "uitgepakt" / "parkstad-export", slug="") == contents(export, slug="")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_failing_plugin_leaves_nothing(parkstad, tmp_path, temporary_plugin):
    from zelfregie_core.plugins import ExportFile, hookimpl

    def write(target):
        target.write(b"half")
        raise OSError("No space left on device")

    @hookimpl
    def region_export():
        return [ExportFile("data/proef.json", write, "", "")]

    temporary_plugin("proef", region_export=region_export)

    with pytest.raises(OSError, match="No space left"):
        export_region("parkstad", tmp_path / "uit" / "export", **WHO)

    assert list((tmp_path / "uit").iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "export.json").unlink(), "is no export of a region"),
        (lambda folder: (folder / "media/images/plein.png").unlink(), "media/images/plein.png is missing"),
        (lambda folder: (folder / "media/images/plein.png").write_bytes(b"x"), "media/images/plein.png is damaged"),
        (
            lambda folder: (folder / "media/images.json").write_text('[{"file": "../../x"}]'),
            "which is not in media/images/",
        ),
        (lambda folder: (folder / "data/themes.json").write_text("{"), "themes.json is not JSON"),
        (lambda folder: (folder / "media/collections.json").unlink(), "media/collections.json is missing"),
        (lambda folder: (folder / "media/collections.json").write_text("[]"), "besluit-0.pdf was not for everybody"),
        (
            lambda folder: (folder / "media/collections.json").write_text('[{"path": "Bestuur"}]'),
            "does not say of every collection its path, and for whom it is",
        ),
    ],
)
def test_bad_export_is_refused_and_nothing_is_made(export, tmp_path, spoil, sentence):
    folder = Path(shutil.copytree(export, tmp_path / "kopie"))
    spoil(folder)

    with pytest.raises(LeavingRefused, match=sentence):
        import_region(folder, slug="anders", domains=["anders.test"], **WHO)

    assert not schema_exists("region_anders")


def test_region_that_is_there_is_never_read_over(export):
    result = CliRunner().invoke(main, ["region", "import", str(export)])

    assert result.exit_code == 1
    assert "There is a region parkstad already. Read it in under another name with --slug and --domain" in result.output


def test_export_has_nothing_of_another_region_whose_rows_have_the_same_numbers(
    noord, zuid, in_region, same_numbers, tmp_path
):
    same_numbers(Group)
    for region in (noord, zuid):
        with in_region(region):
            Group.objects.create(name=f"Groep van {region.slug}", host_email=f"geheim@{region.slug}.example")
            make_media()
            Redirect.objects.create(old_path=f"/oud-{region.slug}", redirect_link="https://elders.example/")
            brand = Branding.load()
            brand.tagline = f"Alleen {region.slug}"
            brand.save()

    export_region("noord", tmp_path / "noord", **WHO)

    whole = "".join(contents(tmp_path / "noord", slug="noord").values())
    assert ("Groep van noord" in whole, "Alleen noord" in whole, "/oud-noord" in whole) == (True, True, True)
    assert "zuid" not in whole.casefold()
