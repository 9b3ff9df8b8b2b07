"""Files as they come: encodings, separators, headers, broken rows. No database."""

import tracemalloc

import pytest

from zelfregie_core.domain.tables import Row, UnreadableFile, read_table
from zelfregie_core.domain.tables.decoding import decode, read_text
from zelfregie_core.plugins import RowProblem

REQUIRED = ("name", "themes")
OPTIONAL = ("city", "postal_code")
HEADER = "name,themes,city"


@pytest.fixture
def read(tmp_path):
    """Return what reads a text as a table: the table, and its rows."""

    def run(text):
        path = tmp_path / "tabel.csv"
        path.write_bytes(text.encode())
        table = read_table(path, REQUIRED, OPTIONAL)
        return table, list(table.rows)

    return run


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


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_read_table_finds_the_separator(delimiter, read):
    _table, rows = read(f"{HEADER}\nA,rouw,Heerlen\n".replace(",", delimiter))

    assert rows == [Row(2, {"name": "A", "themes": "rouw", "city": "Heerlen"})]


def test_read_table_skips_excels_hint_and_blank_rows(read):
    _table, rows = read("sep=;\r\nName ; Themes\r\n\r\nA;rouw\r\n;\r\n")

    assert rows == [Row(3, {"name": "A", "themes": "rouw"})]


def test_read_table_names_a_missing_column(read):
    with pytest.raises(UnreadableFile, match="'themes' ontbreekt") as caught:
        read("name,city\n")

    assert caught.value.column == "themes"


def test_read_table_notices_unknown_columns_and_the_nearest(read):
    table, _rows = read("name,themes,postalcode,schoenmaat\n")

    assert [(notice.column, "postal_code" in str(notice.message)) for notice in table.unknown] == [
        ("postalcode", True),
        ("schoenmaat", False),
    ]


def test_read_table_keeps_line_breaks_inside_quotes(read):
    _table, rows = read(f'{HEADER}\n"A\nB",rouw,Heerlen\nC,rouw,Landgraaf\n')

    assert [(row.number, row.values["name"]) for row in rows] == [(2, "A\nB"), (3, "C")]


def test_read_table_survives_a_quote_that_never_closes(read):
    good = "".join(f"Groep {number},rouw,Heerlen\n" for number in range(3))

    _table, rows = read(f'{HEADER}\n{good}"Kapot,rouw,Heerlen\n{good}')

    assert [type(row) for row in rows] == [Row, Row, Row, RowProblem, Row, Row, Row]
    assert [row.values["name"] for row in rows if isinstance(row, Row)] == ["Groep 0", "Groep 1", "Groep 2"] * 2


def test_read_table_survives_a_huge_cell(read):
    _table, rows = read(f"{HEADER}\n{'x' * 200_000},rouw,Heerlen\nA,rouw,Heerlen\n")

    assert [type(row) for row in rows] == [RowProblem, Row]


def test_read_table_reports_a_row_with_too_many_cells(read):
    _table, rows = read(f"{HEADER}\nA,rouw,Heerlen,over\nB,rouw,Heerlen,\n")

    assert [(type(row), getattr(row, "number", None) or row.row) for row in rows] == [(RowProblem, 2), (Row, 3)]


def test_read_table_knows_a_column_whatever_its_capitals_and_blanks(read):
    table, rows = read("NAME, Themes ,Postal Code\nA,rouw,6411 AB\n")

    assert table.columns == {"name", "themes", "postal_code"}
    assert rows == [Row(2, {"name": "A", "themes": "rouw", "postal_code": "6411 AB"})]
    assert [(rows[0].text(column)) for column in ("postal_code", "city")] == ["6411 AB", ""]


@pytest.mark.parametrize("header", ["name,name,themes", "name,themes,city,City"])
def test_read_table_does_not_choose_between_two_columns_of_one_name(read, header):
    with pytest.raises(UnreadableFile, match="twee keer") as caught:
        read(f"{header}\n")

    assert (caught.value.problem.row, caught.value.problem.column) == (1, caught.value.column)


def test_read_table_keeps_a_long_text_in_one_cell(read):
    body = "\n\n".join(f"Alinea {number}" for number in range(200))

    _table, rows = read(f'{HEADER}\n"{body}",rouw,Heerlen\nB,rouw,Heerlen\n')

    assert [(row.number, row.values["name"]) for row in rows] == [(2, body), (3, "B")]


def test_read_table_says_that_it_guessed_the_encoding(tmp_path):
    (tmp_path / "oud.csv").write_bytes(f"{HEADER}\nZoë,rouw,Heerlen\n".encode("cp1252"))

    table = read_table(tmp_path / "oud.csv", REQUIRED, OPTIONAL)

    assert [row.values["name"] for row in table.rows] == ["Zoë"]
    assert [(remark.row, "Windows-1252" in str(remark.message)) for remark in table.remarks] == [(1, True)]


def test_read_text_of_a_file_that_is_too_large_says_so(tmp_path):
    with (tmp_path / "groot.csv").open("wb") as file:
        file.truncate(31 * 1024 * 1024)

    with pytest.raises(UnreadableFile, match="groter dan 30 MB"):
        read_text(tmp_path / "groot.csv")


def test_read_table_gives_the_rows_one_by_one(tmp_path):
    path = tmp_path / "veel.csv"
    path.write_text(HEADER + "\n" + "Een naam die niet kort is,rouw,Heerlen\n" * 10_000)
    rows = read_table(path, REQUIRED, OPTIONAL).rows
    next(rows)

    tracemalloc.start()
    count = sum(1 for _row in rows)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 9_999
    assert peak < 100_000
