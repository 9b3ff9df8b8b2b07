"""Any list on the command line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from zelfregie_groups.interfaces.commands import import_command
from zelfregie_groups.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def excel(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["Groepen 2026"])
    book.active.append(["Naam groep", "Onderwerp", "Dag", "Woonplaats", "Kleur"])
    book.active.append(["Rouwcafé", "rouw", "dinsdag", "Heerlen", "blauw"])
    book.active.append(["", "rouw", "vrijdag", "Sittard", ""])
    data = io.BytesIO()
    book.save(data)
    path = tmp_path / "groepen.xlsx"
    path.write_bytes(data.getvalue())
    return path


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(import_command, [str(argument) for argument in arguments])


def test_excel_is_imported_with_guessed_columns(noord, excel):
    result = run(excel)

    assert (result.exit_code, [group.name for group in Group.objects.all()]) == (1, ["Rouwcafé"])
    assert "regel 4, kolom name: De naam is leeg" in result.output
    assert "regel 1, kolom Kleur: Deze kolom ken ik niet en sla ik over." in result.output
    assert "regel 1, kolom Woonplaats: Gelezen als: plaats." in result.output


def test_a_trial_run_changes_nothing(noord, excel):
    result = run(excel, "--dry-run")

    assert ("Nieuw: 1." in result.output, Group.objects.count()) == (True, 0)


def test_again_with_the_same_file_nothing_changes(noord, excel):
    run(excel)

    result = run(excel)

    assert "Nieuw: 0. Bijgewerkt: 0. Gelijk gebleven: 1." in result.output


def test_meeting_guide_gets_the_theme_that_it_does_not_have(noord, tmp_path):
    path = tmp_path / "lijst.json"
    path.write_text(json.dumps([{"name": "Groep", "slug": "g", "day": 2, "time": "19:00"}]), encoding="utf-8")

    without = run(path)
    result = run(path, "--theme", "rouw")

    assert (without.exit_code, "Geen kolom is 'thema's'" in without.output) == (1, True)
    assert (result.exit_code, [theme.slug for theme in Group.objects.get().themes.all()]) == (0, ["rouw"])


def test_hsds_in_a_folder_is_imported(noord, tmp_path):
    (tmp_path / "services.csv").write_text("id,name\ns1,Rouwgroep\n", encoding="utf-8")

    result = run(tmp_path, "--theme", "rouw")

    assert (result.exit_code, Group.objects.get().source_id) == (0, "s1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--format", "hsds"], "andere soort"), (["--format", "csv"], "Excel-bestand"),
     (["--format", "csv", "--theme", "rouw"], "--theme is for other lists")],
)  # fmt: skip
def test_what_does_not_go_together_is_told(noord, excel, arguments, sentence):
    result = run(excel, *arguments)

    assert (result.exit_code != 0, sentence in result.output, Group.objects.count()) == (True, True, 0)


def test_a_file_that_is_not_there_is_told(noord, tmp_path):
    result = run(tmp_path / "weg.xlsx")

    assert (result.exit_code, "Dit bestand bestaat niet" in result.output) == (1, True)
