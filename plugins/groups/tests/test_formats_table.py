"""Excel and CSV as people make them."""

import datetime as dt
import gc
import io
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

from zelfregie_groups.domain.importing.formats import format_of, read_list
from zelfregie_groups.domain.importing.problems import ImportProblem

HEADER = ["Naam", "Dag", "Aanvang"]


def excel(fill: Callable[[Workbook], Any]) -> bytes:
    """An Excel file of which the function fills the workbook."""
    book = Workbook()
    fill(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def sheet(*rows: list[Any]) -> bytes:
    def fill(book: Workbook) -> None:
        for row in rows:
            book.active.append(row)

    return excel(fill)


def refusal(data: bytes, **options: Any) -> str:
    with pytest.raises(ImportProblem) as caught:
        list(read_list(data, **options).rows)
    return str(caught.value)


def test_an_excel_file_of_which_nobody_reads_the_rows_is_closed(tmp_path):
    path = tmp_path / "lijst.xlsx"
    path.write_bytes(sheet(HEADER, ["Rouwcafé", "dinsdag", dt.time(19, 30)]))

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        columns = read_list(path).columns
        gc.collect()

    assert (columns, [str(one.message) for one in told if one.category is ResourceWarning]) == (HEADER, [])


def test_excel_gives_columns_and_rows_with_their_numbers():
    table = read_list(sheet(HEADER, ["Rouwcafé", "dinsdag", dt.time(19, 30)], [], ["Praathuis", "vrijdag", None]))

    assert table.columns == HEADER
    assert list(table.rows) == [
        (2, {"Naam": "Rouwcafé", "Dag": "dinsdag", "Aanvang": "19:30"}),
        (4, {"Naam": "Praathuis", "Dag": "vrijdag", "Aanvang": ""}),
    ]
    assert table.notices == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.time(19, 30), "19:30"),
        (dt.datetime(2026, 3, 3), "2026-03-03"),  # noqa: DTZ001 -- Excel knows no time zones
        (dt.datetime(2026, 3, 3, 19, 30), "2026-03-03 19:30"),  # noqa: DTZ001 -- as above
        (dt.date(2026, 3, 3), "2026-03-03"),
        (dt.timedelta(hours=1, minutes=30), "01:30"),
        (6411, "6411"),
        (8.0, "8"),
        (50.8882, "50.8882"),
        (True, "ja"),
        (False, "nee"),
        ("  spaties  ", "spaties"),
        ("مجموعة 💛", "مجموعة 💛"),
    ],
)
def test_excel_values_become_what_a_person_would_type(value, text):
    rows = list(read_list(sheet(["Naam", "Waarde"], ["A", value])).rows)

    assert rows == [(2, {"Naam": "A", "Waarde": text})]


def test_excel_header_is_found_below_a_title():
    table = read_list(sheet(["Groepen 2026", None, "versie 3"], [], HEADER, ["A", "di", None], ["B", "wo", "20:00"]))

    assert (table.columns, [number for number, _cells in table.rows]) == (HEADER, [4, 5])
    assert table.notices == ["De kolomnamen staan op rij 3. Wat daarboven staat is niet gelezen."]


def test_excel_list_is_found_on_the_second_sheet_and_hidden_ones_are_left_alone():
    def fill(book: Workbook) -> None:
        book.active.title = "Uitleg"
        book.active["A1"] = "Zo vul je deze lijst in"
        hidden = book.create_sheet("Oud")
        hidden.sheet_state = "hidden"
        hidden.append(["Geheim", "Lijst"])
        hidden.append(["x", "y"])
        groups = book.create_sheet("Groepen")
        groups.append(HEADER)
        groups.append(["A", "di", None])

    table = read_list(excel(fill))

    assert (table.columns, len(list(table.rows))) == (HEADER, 1)
    assert table.notices == ["Het bestand heeft meer werkbladen. Gelezen is 'Groepen'; niet gelezen: Uitleg."]


def test_excel_sheet_can_be_named():
    def fill(book: Workbook) -> None:
        book.active.append(["Eerste", "blad"])
        book.active.append(["a", "b"])
        other = book.create_sheet("Twee")
        other.append(HEADER)
        other.append(["A", "di", None])

    assert read_list(excel(fill), sheet="twee").columns == HEADER
    assert refusal(excel(fill), sheet="drie") == "Het werkblad 'drie' bestaat niet. Dit bestand heeft: Sheet, Twee."


def test_excel_cells_merged_over_rows_count_for_each():
    def fill(book: Workbook) -> None:
        for row in (["Naam", "Plaats"], ["A", "Heerlen"], ["B"], ["C"], ["D", "Sittard"], ["E"]):
            book.active.append(row)
        book.active.merge_cells("B2:B4")

    rows = [cells["Plaats"] for _number, cells in read_list(excel(fill)).rows]

    assert rows == ["Heerlen", "Heerlen", "Heerlen", "Sittard", ""]


def test_excel_formulas_without_an_outcome_are_told():
    table = read_list(sheet(HEADER, ["A", "di", "=1+1"]))
    rows = list(table.rows)

    assert rows == [(2, {"Naam": "A", "Dag": "di", "Aanvang": ""})]
    assert ["formule zonder uitkomst" in notice for notice in table.notices] == [True]


def test_excel_formulas_have_the_outcome_that_excel_kept():
    def calculate(xml: bytes) -> bytes:
        return xml.replace(b"<v></v>", b"<v>42</v>").replace(b"<v />", b"<v>42</v>").replace(b"<v/>", b"<v>42</v>")

    kept = _with_part(sheet(HEADER, ["A", "di", "=1+1"]), "xl/worksheets/sheet1.xml", calculate)

    assert [cells["Aanvang"] for _number, cells in read_list(kept).rows] == ["42"]


def test_excel_errors_count_as_empty():
    table = read_list(sheet(HEADER, ["A", "#N/A", "20:00"]))

    assert [cells["Dag"] for _number, cells in table.rows] == [""]
    assert ["foutmelding van Excel" in notice for notice in table.notices] == [True]


def test_excel_columns_of_one_name_are_told_apart():
    table = read_list(sheet(["Naam", "Tijd", "Tijd"], ["A", "19:00", "21:00"]))

    assert (table.columns, next(table.rows)[1]["Tijd (2)"]) == (["Naam", "Tijd", "Tijd (2)"], "21:00")


def _with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A zip with one file of it changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == name else content)
    return made.getvalue()


def test_excel_that_grows_beyond_reason_is_refused_before_it_is_unpacked():
    bomb = _with_part(sheet(HEADER, ["A", "di"]), "xl/worksheets/sheet1.xml", lambda _xml: b" " * 60 * 1024 * 1024)

    assert "veel te groot" in refusal(bomb)


def test_excel_with_entities_is_refused():
    def add(xml: bytes) -> bytes:
        entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        return xml.replace(b"<worksheet", entities + b"<worksheet", 1)

    data = _with_part(sheet(HEADER, ["A", "di"]), "xl/worksheets/sheet1.xml", add)

    assert "beschadigd" in refusal(data)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_excel_that_is_damaged_is_told(part):
    data = _with_part(sheet(HEADER, ["A", "di"]), part, lambda xml: xml[: len(xml) // 2])

    assert "beschadigd" in refusal(data)


def test_excel_that_did_not_arrive_whole_is_told():
    assert "beschadigd" in refusal(sheet(HEADER, ["A", "di"])[:-200])


def zip_of(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Het bestand is leeg"),
        (b"   \r\n ", "Het bestand is leeg"),
        (b"<!DOCTYPE html><html>", "webpagina"),
        (b"\xef\xbb\xbf  <html lang=nl>", "webpagina"),
        (b'<?xml version="1.0"?><groepen/>', "XML"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "oud Excel-bestand (.xls). Sla het bestand op als .xlsx"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "wachtwoord"),
        (b"%PDF-1.7", "een PDF"),
        (b"\x89PNG", "een afbeelding"),
        (zip_of(xl__workbook_dot_bin=b""), ".xlsb"),
        (zip_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "LibreOffice"),
        (zip_of(foto=b""), "geen lijst die we kennen"),
        (b"Naam" * 6 * 1024 * 1024, "groter dan 20 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data, sentence):
    assert sentence in refusal(data)


def test_an_empty_sheet_and_a_sheet_without_rows_are_different():
    assert "leeg" in refusal(sheet())
    assert list(read_list(sheet(HEADER)).rows) == []


@pytest.mark.parametrize(
    "text",
    [
        "Naam;Dag\r\nRouwcafé;di\r\n",
        "Naam,Dag\nRouwcafé,di\n",
        "Naam\tDag\nRouwcafé\tdi\n",
        "sep=;\r\nNaam;Dag\r\nRouwcafé;di\r\n",
        "\n\nNaam;Dag\nRouwcafé;di\n",
        "Groepen, bijgewerkt op 1 maart\n\nNaam;Dag\nRouwcafé;di\n",
    ],
)
def test_csv_is_read_whatever_separates_its_cells(text):
    table = read_list(text.encode())

    assert (table.columns, [cells for _number, cells in table.rows]) == (
        ["Naam", "Dag"],
        [{"Naam": "Rouwcafé", "Dag": "di"}],
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_whatever_encoding_it_has(encoding):
    rows = list(read_list("Naam;Dag\nRouwcafé;di\n".encode(encoding)).rows)

    assert [cells["Naam"] for _number, cells in rows] == ["Rouwcafé"]


def test_csv_rows_that_cannot_be_read_are_named_and_the_others_kept():
    table = read_list(b'Naam;Dag\nA;di\n"B;wo\nC;vr\nD;za;te veel;cellen\n')
    rows = list(table.rows)

    assert [cells["Naam"] for _number, cells in rows] == ["A", "C"]
    assert [notice.split(":")[0] for notice in table.notices] == ["Regel 3", "Regel 5"]


def test_a_list_of_another_kind_is_refused():
    message = refusal(b"Naam;Dag\nA;di\n", expected="meeting_guide")

    assert message == (
        "Dit is een lijst van een andere soort: Excel of CSV, geen Meeting Guide (JSON). Maak er een nieuwe lijst voor."
    )


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"Naam;Dag\nA;di\n", "table"), (b'[{"name": "A", "slug": "a"}]', "meeting_guide"),
     (b'{"contents": [{"name": "A", "id": "1"}]}', "hsds")],
)  # fmt: skip
def test_a_list_tells_its_kind(data, found):
    assert format_of(data) == found


def test_rows_are_read_one_by_one(tmp_path):
    """Ten thousand rows are not in memory at once: the first comes before the last is read."""
    path = tmp_path / "groot.xlsx"
    path.write_bytes(sheet(HEADER, *(["Groep", "di", "19:00"] for _number in range(10_000))))

    rows = read_list(path).rows

    assert next(rows)[0] == 2
    assert sum(1 for _row in rows) == 9_999
