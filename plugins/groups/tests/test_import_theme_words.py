"""Words of a list that are no names of themes: which mean one all the same, and what an editor says of the others."""

import re

import pytest
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from import_lists import messages, new_source, preview, row_of, start, verdicts

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import Theme
from zelfregie_groups.domain.importing import lists
from zelfregie_groups.domain.importing.theme_list import chosen_words, theme_words
from zelfregie_groups.domain.importing.theme_names import ThemeNames, site_themes
from zelfregie_groups.domain.importing.theme_words import number_forms
from zelfregie_groups.models import ImportRun

BASE = "/admin/groepen-importeren/"
NAMES = {
    "angst": "Angst en paniek",
    "burn-out": "Burn-out",
    "depressie": "Depressie en somberheid",
    "hart-en-vaten": "Hart en vaten",
    "kind": "Verlies van een kind",
    "mantelzorg": "Mantelzorg",
    "opvoeden": "Opvoeden",
    "relatie": "Na een ongezonde relatie",
    "rouw": "Rouw en verlies",
    "zelfdoding": "Nabestaanden na zelfdoding",
}
SYNONYMS = {
    "mantelzorger": "mantelzorg", "ouders": "opvoeden", "nabestaande": "rouw", "kind met depressie": "opvoeden",
}  # fmt: skip


def names(**chosen: str) -> ThemeNames:
    own = {name: slug for slug, name in NAMES.items()} | {slug: slug for slug in NAMES if slug != "angst"}
    return ThemeNames(SYNONYMS | own, NAMES, chosen)


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("angst", "angst"),  # a word of which the name is a list
        ("Paniek", "angst"),
        ("angst & paniek", "angst"),
        ("paniek/angst", "angst"),
        ("angsten", "angst"),  # plural
        ("mantelzorgers", "mantelzorg"),  # plural of a synonym
        ("depressies", "depressie"),
        ("vat", "hart-en-vaten"),
        ("burnout", "burn-out"),
        ("mantel zorg", "mantelzorg"),
        ("deppresie", "depressie"),  # two mistakes in a long word
        ("agnst", "angst"),
        ("rouwgroep", "rouw"),
        ("Lotgenotengroep rouw", "rouw"),
        ("ongezonde relatie", "relatie"),
        ("ouderen", None),  # no plural of "ouders", and no mistake for it
        ("vrouw", None),
        ("relatie", "relatie"),
        ("ongezonde", None),
        ("verlies", None),  # of a name and of another theme
        ("nabestaanden", None),
        ("angst en rouw", None),  # two themes in one word
        ("angst voor honden", None),
        ("diversen", None),
        ("???", None),
    ],
)
def test_word_that_clearly_means_one_theme_is_that_theme(word, slug):
    found = names().read(word)

    assert found.slugs == ([slug] if slug else [])
    assert len(found.problems) == (0 if slug else 1)


def test_understood_word_is_told_about_and_a_name_is_not():
    assert names().read("angst").notices == ["'angst' gelezen als 'Angst en paniek'."]
    assert names().read("Angst en paniek; ROUW").notices == []


def test_word_for_several_themes_names_them():
    assert names().read("verlies").problems == [
        "Het thema 'verlies' bestaat niet. Bedoel je: 'Verlies van een kind' of 'Rouw en verlies'?"
    ]


@pytest.mark.parametrize(
    ("single", "plural"),
    [("groep", "groepen"), ("ouder", "ouders"), ("ziekte", "ziekten"), ("man", "mannen"), ("huis", "huizen"),
     ("brief", "brieven"), ("vraag", "vragen"), ("eetstoornis", "eetstoornissen")],
)  # fmt: skip
def test_singular_and_plural_find_each_other(single, plural):
    assert (single in number_forms(plural), plural in number_forms(single)) == (True, True)


def test_what_an_editor_chose_goes_before_a_guess_but_not_before_a_name():
    chosen = names(angst="rouw", diversen="", rouw="angst", weg="bestaat-niet")

    assert chosen.read("angst").slugs == ["rouw"]
    assert (chosen.read("diversen").slugs, chosen.read("diversen").problems) == ([], [])
    assert chosen.read("rouw").slugs == ["rouw"]
    assert len(chosen.read("weg").problems) == 1


def test_ten_thousand_rows_are_read_at_once():
    themes, cells = names(), ["angst", "verlies; rouw", "deppresie", "Iets anders", "mantelzorgers"]

    found = [themes.read(cells[number % 5]) for number in range(10_000)]

    assert sum(len(reading.slugs) for reading in found) == 8_000


@pytest.fixture(scope="module")
def _themes(shared_rows):
    Theme.objects.all().delete()
    for slug, name in NAMES.items():
        Theme.objects.create(slug=slug, name=name)


@pytest.mark.usefixtures("_themes", "db")
def test_words_of_a_list_are_counted_and_the_unknown_come_first():
    words = ["angst", "Herstelwerk", "rouw", "herstelwerk; Diversen", "", "angst", "paniek"]
    run = start(new_source(), *({"id": str(number), "thema": word} for number, word in enumerate(words)))

    found, left_out = theme_words(run, "thema", site_themes({"diversen": ""}))

    assert [(word.text, word.rows, word.guess, word.chosen) for word in found] == [
        ("Herstelwerk", 2, "", None),
        ("paniek", 1, "angst", None),
        ("Diversen", 1, "", ""),
    ]
    assert left_out == 0


@pytest.mark.usefixtures("_themes", "db")
def test_at_most_fifty_words_are_asked_about():
    run = start(new_source(), *({"id": str(number), "thema": f"kwzx{number}"} for number in range(60)))

    found, left_out = theme_words(run, "thema", site_themes())

    assert (len(found), left_out) == (50, 10)


@pytest.mark.usefixtures("_themes", "db")
def test_preview_uses_the_words_that_an_editor_chose():
    words = {"herstelwerk": "rouw", "diversen": ""}
    rows = [{"id": str(number), "thema": word} for number, word in enumerate(["Herstelwerk", "Diversen", "Zwevend"])]

    run = preview(new_source(), *rows, theme_words=words)

    run.source.refresh_from_db()
    assert [verdict for _number, verdict in verdicts(run)] == ["new", "duplicate", "wrong"]
    assert messages(run)[0] == (3, "themes", "Er staat geen thema. Zonder thema vinden maar weinig mensen deze groep.")
    assert '"themes": ["rouw"]' in row_of(run).values
    assert chosen_words(run.source.defaults) == words


@pytest.fixture
def editor(client, _themes):
    user = User.objects.create_user("els@voorbeeld.nl", password="x", first_name="Els")
    user.groups.add(UserGroup.objects.get(name=GROUP_NAMES[Role.EDITOR]))
    client.force_login(user)
    return client


def sent(page: str) -> dict[str, str]:
    """What a browser sends of a page of columns when nobody changes anything."""
    chosen = {
        name: (found or re.search(r'value="([^"]*)"', body)).group(1)
        for name, body in re.findall(r'<select name="((?:column|word)_\w+)"[^>]*>(.*?)</select>', page, re.DOTALL)
        if (found := re.search(r'value="([^"]*)" selected', body)) or body
    }
    return chosen | dict(re.findall(r'<input type="hidden" name="(words_of)" value="([^"]*)"', page))


def field_of(page: str, word: str) -> str:
    return re.search(rf'<label for="id_(word_\w+)">{word}</label>', page).group(1)


def test_editor_says_once_what_a_word_means(editor):
    run = start(new_source(), {"thema": "Herstelwerk"}, {"id": "2", "naam": "Kring", "thema": "paniek"})
    address = f"{BASE}import/{run.pk}/kolommen/"
    page = editor.get(address).content.decode()

    editor.post(address, sent(page) | {field_of(page, "Herstelwerk"): "rouw"})

    again = editor.get(address).content.decode()
    run.source.refresh_from_db()
    assert chosen_words(run.source.defaults) == {"herstelwerk": "rouw"}
    assert [verdict for _number, verdict in verdicts(run)] == ["new", "new"]
    assert (sent(again)[field_of(again, "Herstelwerk")], sent(again)[field_of(again, "paniek")]) == ("rouw", "angst")


def test_words_of_another_column_are_asked_about_before_the_preview(editor):
    run = start(new_source(), {"thema": "rouw", "soort": "Zwevend"})
    address = f"{BASE}import/{run.pk}/kolommen/"
    data = sent(editor.get(address).content.decode())
    soort, thema = (f"column_{run.columns.index(name)}" for name in ("soort", "thema"))
    data |= {soort: "themes", thema: ""}

    asked = editor.post(address, data)
    page = asked.content.decode()
    known = editor.post(address, data | {"words_of": "soort", field_of(page, "Zwevend"): "-"})

    assert (asked.status_code, "Wat betekenen deze woorden?" in page) == (200, True)
    assert (known.status_code, verdicts(ImportRun.objects.get())) == (302, [(2, "new")])


def test_theme_that_does_not_exist_is_refused(editor):
    run = start(new_source(), {"thema": "Herstelwerk"})
    address = f"{BASE}import/{run.pk}/kolommen/"
    page = editor.get(address).content.decode()

    response = editor.post(address, sent(page) | {field_of(page, "Herstelwerk"): "bestaat-niet"})

    run.source.refresh_from_db()
    assert (response.status_code, run.source.defaults) == (422, {})


def test_word_that_means_no_theme_can_be_taken_back(editor):
    source = new_source()
    source.defaults = {"theme_words": {"herstelwerk": "", "elders": "rouw"}}
    source.save()
    run = start(source, {"thema": "Herstelwerk"})
    address = f"{BASE}import/{run.pk}/kolommen/"
    page = editor.get(address).content.decode()

    editor.post(address, sent(page) | {field_of(page, "Herstelwerk"): ""})

    source.refresh_from_db()
    assert chosen_words(source.defaults) == {"elders": "rouw"}


@pytest.mark.usefixtures("_themes", "db")
def test_next_version_and_feeds_use_what_was_chosen():
    source = new_source()
    source.defaults = {"theme_words": {"herstelwerk": "rouw"}}
    source.mapping = {"thema": "themes", "naam": "name"}
    source.save()
    run = start(source, {"thema": "Herstelwerk"})

    lists.preview(run)

    assert '"themes": ["rouw"]' in row_of(run).values
