"""Files as they come: encodings, separators, headers, broken rows. No database."""

import pytest

from zelfregie_core.plugins import RowProblem
from zelfregie_groups.domain.importing.decoding import decode, read_text
from zelfregie_groups.domain.importing.report import UnreadableFile
from zelfregie_groups.domain.importing.table import Row, read_table

HEADER = "name,themes,city"


def table(text):
    header, rows = read_table(text)
    return header, list(rows)


@pytest.mark.parametrize(
    "data",
    [
        "Één groep".encode(),
        "Één groep".encode("utf-8-sig"),
        "Één groep".encode("utf-16"),
        "Één groep".encode("cp1252"),
    ],
)
def test_decode_reads_every_usual_encoding(data):
    assert decode(data)[0] == "Één groep"


def test_decode_says_that_it_guessed():
    assert [("Windows-1252" in notice) for notice in decode("é".encode("cp1252"))[1]] == [True]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "leeg"),
        (b"\xef\xbb\xbf \n", "leeg"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0", "Excel"),
        (bytes(range(256)) * 20, "geen tekstbestand"),
    ],
)
def test_decode_refuses_what_is_no_text(data, word):
    with pytest.raises(UnreadableFile, match=word):
        decode(data)


def test_read_text_of_a_missing_file_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="bestaat niet"):
        read_text(tmp_path / "niets.csv")


def test_read_text_of_a_folder_says_so(tmp_path):
    with pytest.raises(UnreadableFile, match="niet te openen"):
        read_text(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read_table_finds_the_separator(delimiter):
    _header, rows = table(f"{HEADER}\nA,rouw,Heerlen\n".replace(",", delimiter))

    assert rows == [Row(2, {"name": "A", "themes": "rouw", "city": "Heerlen"})]


def test_read_table_skips_excels_hint_and_blank_rows():
    _header, rows = table("sep=;\r\nName ; Themes\r\n\r\nA;rouw\r\n;\r\n")

    assert rows == [Row(3, {"name": "A", "themes": "rouw"})]


def test_read_table_names_a_missing_column():
    with pytest.raises(UnreadableFile, match="'themes' ontbreekt") as caught:
        read_table("name,city\n")

    assert caught.value.column == "themes"


def test_read_table_notices_unknown_columns_and_the_nearest():
    header, _rows = read_table("name,themes,postalcode,schoenmaat\n")

    assert [(notice.column, "postal_code" in str(notice.message)) for notice in header.notices[:2]] == [
        ("postalcode", True),
        ("schoenmaat", False),
    ]


def test_read_table_keeps_line_breaks_inside_quotes():
    _header, rows = table(f'{HEADER}\n"A\nB",rouw,Heerlen\nC,rouw,Landgraaf\n')

    assert [(row.number, row.cells["name"]) for row in rows] == [(2, "A\nB"), (3, "C")]


def test_read_table_survives_a_quote_that_never_closes():
    good = "".join(f"Groep {number},rouw,Heerlen\n" for number in range(3))

    _header, rows = table(f'{HEADER}\n{good}"Kapot,rouw,Heerlen\n{good}')

    assert [type(row) for row in rows] == [Row, Row, Row, RowProblem, Row, Row, Row]
    assert [row.cells["name"] for row in rows if isinstance(row, Row)] == ["Groep 0", "Groep 1", "Groep 2"] * 2


def test_read_table_survives_a_huge_cell():
    _header, rows = table(f"{HEADER}\n{'x' * 200_000},rouw,Heerlen\nA,rouw,Heerlen\n")

    assert [type(row) for row in rows] == [RowProblem, Row]


def test_read_table_reports_a_row_with_too_many_cells():
    _header, rows = table(f"{HEADER}\nA,rouw,Heerlen,over\nB,rouw,Heerlen,\n")

    assert [(type(row), getattr(row, "number", None) or row.row) for row in rows] == [(RowProblem, 2), (Row, 3)]
