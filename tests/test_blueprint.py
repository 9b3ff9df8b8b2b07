"""The blueprint: every answer that is fine bakes an instance that launches; every other is refused in Dutch."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from zelfregie_tenants.blueprint import BakeRefused, bake, template_folder
from zelfregie_tenants.blueprint.bakery import make
from zelfregie_tenants.manifest import read_manifest

ROOT = Path(__file__).parent.parent
TEMPLATE = template_folder()
QUESTIONS = ["region_name", "slug", "domain", "municipalities", "organisation", "email"]


def _load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


baking = _load(ROOT / "tools" / "bake_examples.py")
extension = _load(TEMPLATE / "region_extension.py")
hook = _load(TEMPLATE / "hooks" / "pre_gen_project.py")


ANSWERS = {
    "defaults": {},
    "national": {"__kind": "national", "municipalities": "", "__plugins": "national", "region_name": "Nederland"},
    "codes": {"municipalities": "0917,0928"},
    "names-in-any-case": {"municipalities": "sittard-geleen, 's-hertogenbosch, súdwest-fryslân"},
    "one-word": {"region_name": "Twente", "municipalities": "Enschede"},
    "accents": {"region_name": "Fryslân & Súd", "municipalities": "Leeuwarden"},
    "apostrophe": {"organisation": "Stichting 't Huis van d'Ervaring", "municipalities": "'s-Gravenhage"},
    "ampersand": {"organisation": "Samen & Zelf: 'wij'"},
    "own-domain": {"domain": "zelfregie.heuvelland.nl", "email": "Info@Heuvelland.NL"},
    "longest-name": {"region_name": "Regio " + "A" * 54, "slug": "a" * 40},
    "demo": {"__demo": "true", "__phone": "045 000 00 00"},
    "own-server": {"__hosting": "own"},
    "several-editors": {"__editors": "An Bee <an@example.nl> administrator; Cé Dee <ce@example.nl> moderator"},
}

REFUSED = {
    "empty-name": ({"region_name": " "}, "De naam van de regio is leeg. Vul een naam in."),
    "quote-in-name": ({"region_name": 'De "Regio"'}, "De naam van de regio bevat het teken '\"'. Laat dat weg."),
    "backslash": ({"organisation": "a\\b"}, "De organisatie bevat het teken '\\\\'. Laat dat weg."),
    "tag": ({"organisation": "<b>"}, "De organisatie bevat het teken '<'. Laat dat weg."),
    "slug-underscore": (
        {"slug": "zuid_limburg"},
        "De korte naam “zuid_limburg” kan niet. Gebruik 2 tot 40 kleine letters, cijfers en losse streepjes, en begin "
        "met een letter. Bijvoorbeeld: zuid-limburg.",
    ),
    "slug-dashes": (
        {"slug": "a--b"},
        "De korte naam “a--b” kan niet. Gebruik 2 tot 40 kleine letters, cijfers en losse streepjes, en begin met een "
        "letter. Bijvoorbeeld: a-b.",
    ),
    "domain-scheme": (
        {"domain": "https://a.nl"},
        "Het domein “https://a.nl” heeft https:// of een pad. Geef alleen de naam, zonder schuine strepen.",
    ),
    "domain-port": (
        {"domain": "a.nl:8000"},
        "Het domein “a.nl:8000” heeft een poort. Laat de dubbele punt en het getal weg.",
    ),
    "domain-underscore": (
        {"domain": "a_b.nl"},
        "Het domein “a_b.nl” heeft een liggend streepje (_). Gebruik een gewoon streepje.",
    ),
    "domain-capitals": ({"domain": "A.nl"}, "Schrijf het domein in kleine letters: a.nl."),
    "domain-one-word": (
        {"domain": "heuvelland"},
        "“heuvelland” is geen domein. Geef een naam zoals heuvelland.example.nl.",
    ),
    "email": ({"email": "info"}, "“info” is geen e-mailadres. Geef een adres zoals info@example.nl."),
    "no-municipality": ({"municipalities": " , "}, "Er is geen gemeente genoemd. Geef er minstens één."),
    "unknown-municipality": (
        {"municipalities": "Heerle"},
        "De gemeente “Heerle” bestaat niet. Bedoel je Heerlen?",
    ),
    "former-municipality": (
        {"municipalities": "Xyzzy"},
        "De gemeente “Xyzzy” bestaat niet. Kijk de naam na, of geef de CBS-code van vier cijfers.",
    ),
    "hosting": (
        {"__hosting": "cloud"},
        "Een site op “cloud” bestaat niet. Geef shared (het gedeelde platform) of own (een eigen server).",
    ),
    "municipality-twice": (
        {"municipalities": "Heerlen, 0917"},
        "De gemeente “0917” staat er twee keer. Laat er één weg.",
    ),
}


def test_blueprint_asks_six_questions_in_dutch():
    template = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))

    assert [key for key in template if not key.startswith("_")] == QUESTIONS
    assert list(template["__prompts__"]) == QUESTIONS


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_answers_bake_an_instance_that_is_accepted(tmp_path, answers):
    # In this process, which makes twelve of them quicker; `bake` does the same in one of its own.
    order = {"template": str(TEMPLATE), "answers": answers, "into": str(tmp_path), "scratch": str(tmp_path / "own")}

    folder = Path(make(order))

    files = baking.files_of(folder)
    assert [name for name, data in files.items() if re.search(rb"(?<!\.)cookiecutter\.|{%", data)] == []
    if answers.get("__kind") == "national":
        return  # its content is its own: see the example
    manifest = read_manifest(folder)
    assert manifest.enabled_plugins == ("groups", "referrals", "stories")
    assert manifest.area.postcodes != ()
    assert manifest.organisation.name == answers.get("organisation", manifest.organisation.name)
    assert manifest.hosting.platform == answers.get("__hosting", "shared")
    assert _inventory(folder / "inventory.yml") == {
        **_inventory(ROOT / "deploy" / "inventories" / "example" / "own-region" / "hosts.yml"),
        "says": {
            "zelfregie_instance": "{{ inventory_dir }}",
            "zelfregie_app_from_email": manifest.organisation.sender_email,
            "zelfregie_web_acme_email": manifest.organisation.email,
            "zelfregie_mail_host": "localhost",
        },
    }


def _inventory(path: Path) -> dict[str, object]:
    """What an inventory of one host says: in which groups the host stands, and its variables."""
    everything = yaml.safe_load(path.read_text(encoding="utf-8"))["all"]
    (host,) = everything["hosts"]
    groups = {name for name, group in everything["children"].items() if list(group["hosts"]) == [host]}
    return {"groups": groups, "says": everything.get("vars", {})}


@pytest.mark.parametrize(("answers", "sentence"), REFUSED.values(), ids=REFUSED)
def test_answers_that_cannot_be_used_are_told_in_dutch(answers, sentence):
    good = {
        "region_name": "Parkstad",
        "slug": "parkstad",
        "domain": "parkstad.nl",
        "municipalities": "Heerlen",
        "organisation": "Stichting",
        "email": "info@parkstad.nl",
        "__kind": "region",
    }

    assert json.loads(extension.region_problems({**good, **answers})) == [sentence]


def test_answers_that_cannot_be_used_make_nothing(tmp_path):
    with pytest.raises(BakeRefused) as refused:
        bake({"municipalities": "Heerle", "email": "info", "organisation": "Stichting 'Zelf'"}, tmp_path)

    assert refused.value.problems == (
        "“info” is geen e-mailadres. Geef een adres zoals info@example.nl.",
        "De gemeente “Heerle” bestaat niet. Bedoel je Heerlen?",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_blueprint_is_refused(tmp_path):
    with pytest.raises(BakeRefused) as refused:
        bake({}, tmp_path, template=tmp_path)

    assert refused.value.problems == (
        f"{tmp_path} is no blueprint: it has no cookiecutter.json with a number under “_blueprint”.",
    )


def test_hook_reports_every_problem(capsys):
    assert hook.report([]) == 0
    assert hook.report(["Een.", "Twee."]) == 1
    assert capsys.readouterr().err == (
        "\nDit kan nog niet:\n  - Een.\n  - Twee.\nEr is niets gemaakt. Start opnieuw met andere antwoorden.\n\n"
    )


def test_municipality_names_need_zelfregie_and_say_so(monkeypatch):
    monkeypatch.setattr(extension, "_zelfregie_is_installed", lambda: False)
    answers = {
        "region_name": "Parkstad",
        "slug": "parkstad",
        "domain": "parkstad.nl",
        "municipalities": "0917, Kerkrade",
        "organisation": "Stichting",
        "email": "info@parkstad.nl",
        "__kind": "region",
    }

    assert json.loads(extension.region_problems(answers)) == [
        "De gemeente “Kerkrade” kan niet worden opgezocht, omdat Zelfregie hier niet is geïnstalleerd. Geef de "
        "CBS-code van vier cijfers, of start cookiecutter in de omgeving waarin Zelfregie staat."
    ]
    assert extension.postcode_ranges("0917") == ""


def test_colours_of_new_regions_are_readable():
    from zelfregie_core.domain.brand import brand_problems

    assert [brand_problems(*pair) for pair in extension.COLOURS] == [{}] * len(extension.COLOURS)


def test_an_instance_can_be_baked_again_from_its_own_answers(tmp_path):
    first = bake({"region_name": "Parkstad", "municipalities": "Heerlen"}, tmp_path / "a")
    answers = json.loads((first / ".cookiecutter.json").read_text(encoding="utf-8"))["answers"]

    second = bake(answers, tmp_path / "b")

    assert baking.files_of(second) == baking.files_of(first)


@pytest.mark.parametrize("slug", baking.example_slugs())
def test_example_equals_a_fresh_bake_plus_its_own_content(tmp_path, slug):
    answers, own = baking.description(slug)

    fresh = baking.files_of(bake(answers, tmp_path))

    example = baking.files_of(ROOT / "blueprint" / "examples" / slug)
    missing = [entry for entry in own if not any(baking.is_own(name, [entry]) for name in example)]
    assert missing == []
    assert {name: data for name, data in example.items() if not baking.is_own(name, own)} == {
        name: data for name, data in fresh.items() if not baking.is_own(name, own)
    }


@pytest.mark.parametrize("slug", baking.example_slugs())
def test_example_passes_its_own_tests(tmp_path, slug):
    # Away from the workspace, whose pytest settings are not an instance's.
    folder = shutil.copytree(ROOT / "blueprint" / "examples" / slug, tmp_path / slug)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=folder,
        env={
            **{
                name: value
                for name, value in os.environ.items()
                if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
            },
            "ZELFREGIE_VAR": str(tmp_path / "var"),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / "var" / "postgres").exists()  # no server was started for it
