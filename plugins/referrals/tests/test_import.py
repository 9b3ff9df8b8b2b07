"""practices.csv: forgiving on form, strict on content, the same outcome every time."""

import pytest

from zelfregie_referrals.domain.imports import load_practices
from zelfregie_referrals.models import Practice

HEADER = "source_id,name,kind,postal_code,city,email\n"
ROW = "p1,Huisartsen Zonneplein,huisarts,6411 AB,Heerlen,info@zonneplein.example\n"


@pytest.fixture
def load(db, tmp_path):
    def run(content, encoding="utf-8"):
        path = tmp_path / "practices.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return load_practices(path)

    return run


def outcome(report):
    return report.created, report.updated, report.unchanged


def problems(report):
    return [(problem.row, problem.column) for problem in report.problems]


def test_import_is_idempotent(load):
    first, second = load(HEADER + ROW), load(HEADER + ROW)

    assert (outcome(first), outcome(second)) == ((1, 0, 0), (0, 0, 1))
    practice = Practice.objects.get()
    assert (practice.name, practice.kind, practice.city) == ("Huisartsen Zonneplein", "huisarts", "Heerlen")
    assert len(practice.link_key) == 16


def test_import_gives_every_practice_its_own_link(load):
    load(HEADER + ROW + ROW.replace("p1", "p2"))

    assert Practice.objects.values("link_key").distinct().count() == 2


def test_import_follows_the_file_and_keeps_what_was_changed_by_hand(load):
    load(HEADER + ROW)
    Practice.objects.update(name="Met de hand")

    report = load(HEADER + ROW.replace("Zonneplein,", "Nieuw,").replace("Heerlen", "Kerkrade"))
    again = load(HEADER + ROW.replace("Zonneplein,", "Nieuw,").replace("Heerlen", "Kerkrade"))

    practice = Practice.objects.get()
    assert (outcome(report), outcome(again)) == ((0, 1, 0), (0, 0, 1))
    assert (practice.name, practice.city) == ("Met de hand", "Kerkrade")


def test_practice_made_by_hand_is_left_alone(load):
    Practice.objects.create(name="Met de hand")

    load(HEADER + ROW)

    assert sorted(Practice.objects.values_list("name", flat=True)) == ["Huisartsen Zonneplein", "Met de hand"]


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", "\t")]
)
def test_import_reads_what_spreadsheets_write(load, encoding, separator):
    content = (HEADER + ROW.replace("Zonneplein,", "Privé,")).replace(",", separator)

    report = load(content, encoding)

    assert (outcome(report), problems(report)) == ((1, 0, 0), [])
    assert Practice.objects.get().name == "Huisartsen Privé"


def test_bad_rows_are_reported_and_the_others_kept(load):
    report = load(
        HEADER
        + ROW
        + "\n"
        + "p1,Dubbel,huisarts,,,\n"
        + ",Zonder kenmerk,huisarts,,,\n"
        + "p4,,huisarts,,,\n"
        + "p5,Soort,tandarts,,,\n"
        + "p6,Postcode,huisarts,64 11,,\n"
        + "p7,Mail,huisarts,,,geen adres\n"
        + "p8,<script>alert(1)</script>,huisarts,,,\n"
        + f"p9,{'x' * 161},huisarts,,,\n"
        + "p10,Kort\n"
    )

    assert problems(report) == [
        (4, "source_id"),
        (5, "source_id"),
        (6, "name"),
        (7, "kind"),
        (8, "postal_code"),
        (9, "email"),
        (10, "name"),
        (11, "name"),
    ]
    assert sorted(Practice.objects.values_list("source_id", "kind")) == [("p1", "huisarts"), ("p10", "overig")]


def test_missing_column_is_named_and_nothing_is_loaded(load):
    report = load("source_id,kind\np1,huisarts\n")

    assert (problems(report), Practice.objects.count()) == ([(1, "name")], 0)


def test_unknown_column_is_named_and_left_out(load):
    report = load("source_id,name,e-mail\np1,Praktijk,a@b.example\n")

    assert (problems(report), outcome(report)) == ([(1, "e-mail")], (1, 0, 0))


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"PK\x03\x04\x00\x00", b'source_id,name\n"p1,open quote' + b"x" * 200_000]
)
def test_file_that_is_no_table_is_explained(load, content):
    report = load(content)

    assert (bool(report.problems), report.created) == (True, 0)


def test_import_of_ten_thousand_rows_asks_a_fixed_number_of_queries(load, django_assert_max_num_queries):
    rows = "".join(ROW.replace("p1", f"p{number}") for number in range(10_000))

    with django_assert_max_num_queries(40):
        report = load(HEADER + rows)

    assert outcome(report) == (10_000, 0, 0)
