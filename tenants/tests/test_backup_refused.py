"""Backups that cannot be used, each with a sentence that says why; and what a backup that fails leaves: nothing."""

from __future__ import annotations

import datetime as dt
import io
import re
import resource
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest
from backup_files import rewritten
from click.testing import CliRunner
from django.utils import timezone
from pyrage import x25519

from zelfregie_tenants.cli import main
from zelfregie_tenants.domain.backup import shared_rows
from zelfregie_tenants.domain.backup.check import check_backup, note_checked
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.backup.make import backup_region, forget_older
from zelfregie_tenants.domain.backup.records import fresh_backup, latest_backup, recent_backups
from zelfregie_tenants.domain.backup.restore import restore_region
from zelfregie_tenants.domain.backup.scratch import left_overs
from zelfregie_tenants.domain.region_lock import RegionBusy, region_lock
from zelfregie_tenants.models import Region, RegionBackup, RegionDraft

pytestmark = pytest.mark.django_db

MINE = x25519.Identity.generate()


@pytest.fixture(scope="module")
def made(shared_rows, tmp_path_factory):
    """Two backups of noord as the tests' database has it: one open, one for the owner of a key."""
    folder = tmp_path_factory.mktemp("kopieën")
    recipients = {"backup": [], "encrypted": [str(MINE.to_public())]}
    return {
        kind: Path(backup_region(shared_rows["noord"], folder, recipients=keys).location)
        for kind, keys in recipients.items()
    }


@pytest.fixture(autouse=True)
def _folder(made, settings):
    settings.ZELFREGIE_BACKUP_DIR = str(made["backup"].parent)


@pytest.fixture
def backup(made):
    """The open one."""
    return made["backup"]


@pytest.fixture
def encrypted(made):
    """The encrypted one."""
    return made["encrypted"]


@pytest.fixture
def key(tmp_path):
    """Return a function that writes a key to a file."""

    def write(identity: x25519.Identity = MINE) -> Path:
        path = tmp_path / "sleutel.txt"
        path.write_text(f"# een sleutel\n{identity}\n")
        return path

    return write


def _refused(path: Path, **how) -> str:
    """Return why a backup is not restored; it must leave nothing."""
    before = list(Region.objects.values())
    with pytest.raises(BackupProblem) as problem:
        restore_region(path, **({"slug": "oost", "hosts": ["oost.test"]} | how))
    assert (list(Region.objects.values()), left_overs()) == (before, [])
    return str(problem.value)


@pytest.mark.parametrize("place", [0.0, 0.001, 0.3, 0.7, 0.97, 0.9999])
@pytest.mark.parametrize("kind", ["backup", "encrypted"])
def test_one_byte_that_changed_is_found_wherever_it_is(made, kind, place, tmp_path, key):
    data = bytearray(made[kind].read_bytes())
    data[int(len(data) * place)] ^= 0x10
    path = tmp_path / "kopie.zip"
    path.write_bytes(data)

    with pytest.raises(BackupProblem) as problem:
        check_backup(path, key())

    assert re.search("damaged|cut short|is not a backup|was not encrypted for the key", str(problem.value))
    assert _refused(path, identity=key()) == str(problem.value)


@pytest.mark.parametrize("kind", ["backup", "encrypted"])
@pytest.mark.parametrize("left", [0, 1, 30, -1, -70, -2000])
def test_a_file_that_is_cut_short_is_refused(made, kind, left, tmp_path, key):
    path = tmp_path / "kopie.zip"
    path.write_bytes(made[kind].read_bytes()[:left])

    message = _refused(path, identity=key())

    assert re.search("cut short|is not a backup|was not encrypted", message)


def _newer(contents, members):
    contents["format"] = 99
    contents["releases"]["zelfregie-tenants"] = "7.0.1"


def _newer_release(contents, members):
    contents["releases"]["zelfregie-tenants"] = "7.0.1"


def _later_migration(contents, members):
    contents["migrations"].append(["zelfregie_core", "0999_later"])


def _later_platform(contents, members):
    contents["platform"].append("0999_later")


def _other_plugin(contents, members):
    contents["migrations"].append(["zelfregie_dance", "0001_initial"])


def _later_server(contents, members):
    contents["postgresql"] = 99


def _other_file(contents, members):
    contents["kind"] = "holiday pictures"


def _row_less(contents, members):
    rows = members["tables/zelfregie_core_theme.copy"].splitlines(keepends=True)
    members["tables/zelfregie_core_theme.copy"] = b"".join(rows[1:])


def _row_changed(contents, members):
    name = "tables/wagtailcore_site.copy"
    members[name] = members[name].replace(b"noord.test", b"zuid9.test")


def _column_less(contents, members):
    name = "definition/before.sql"
    assert b" character varying(80)" in members[name]
    members[name] = members[name].replace(b" character varying(80)", b" character varying(81)", 1)


def _unreadable_rows(contents, members):
    members["tables/wagtailcore_site.copy"] = b"geen\tgetal\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_newer, r"was made by a newer release \(Zelfregie 7.0.1, format 99\): install that release or a newer one"),
        (_newer_release, r"was made by a newer release \(Zelfregie 7.0.1, here [\d.]+\): upgrade this installation"),
        (_later_migration, r"newer release \(.*; it has zelfregie_core.0999_later\): upgrade this installation"),
        (_later_platform, r"newer release \(.*; it has zelfregie_tenants.0999_later\)"),
        (_other_plugin, r"has tables of zelfregie_dance, which is not installed here"),
        (_later_server, r"was made on PostgreSQL 99, and the server here is \d+"),
        (_other_file, r"is not a backup of a region\."),
        (_row_less, r"The table zelfregie_core_theme has \d+ rows after restoring and \d+ were saved"),
        (_row_changed, r"The table wagtailcore_site has 1 rows .* or they are not the same"),
        (_column_less, r"are not made as those that were saved"),
        (_unreadable_rows, r"The database refuses what is in the backup \(invalid input syntax for type integer"),
    ],
)
def test_a_whole_file_that_does_not_belong_here_is_refused(backup, change, sentence):
    path = rewritten(backup, change)

    message = _refused(path)

    path.unlink()
    assert re.search(sentence, message), message


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (
            {"slug": None, "hosts": []},
            r"There is a region noord already \(Zelfregie Noord, launched\). Give --replace no",
        ),
        ({"slug": None, "replace": "zuid"}, r"would become noord, and --replace names zuid: nothing was done."),
        ({"slug": "zuid"}, r"There is a region zuid already"),
        (
            {"slug": "landelijk", "replace": "landelijk"},
            r"landelijk is of kind national, and the backup is of kind regi",
        ),
        ({"slug": "Oost!"}, r"“Oost!” is not a slug"),
        ({"slug": "oost", "hosts": []}, r"Give oost an address of its own: --domain HOST"),
        ({"hosts": ["zuid.test"]}, r"The domain zuid.test leads to zuid here. Give another one with --domain"),
        ({"hosts": ["https://oost.test"]}, r"“https://oost.test” is not a domain: write the bare name"),
        ({"slug": "inwording"}, r"Someone is making a region inwording in the wizard"),
    ],
)
def test_a_backup_goes_only_where_it_may(backup, how, sentence):
    RegionDraft.objects.create(slug="inwording")

    assert re.search(sentence, _refused(backup, **how))


def test_keys_are_asked_for_and_compared(encrypted, key, tmp_path):
    assert _refused(encrypted) == f"{encrypted} is encrypted: give the file with the key, --identity FILE."
    assert "was not encrypted for the key in" in _refused(encrypted, identity=key(x25519.Identity.generate()))
    assert "has no key" in _refused(encrypted, identity=encrypted)
    assert "has no key" in _refused(encrypted, identity=tmp_path / "nergens")
    assert check_backup(encrypted, key()).contents.slug == "noord"
    # age itself decrypts it, and then it is a ZIP that any tool opens.
    plain = io.BytesIO(pyrage.decrypt(encrypted.read_bytes(), [MINE]))
    assert zipfile.ZipFile(plain).testzip() is None
    with pytest.raises(BackupProblem, match="“age1nep” is not a public key"):
        backup_region(Region.objects.get(slug="noord"), recipients=["age1nep"])


@contextmanager
def limited(size: int):
    """Let no file grow past a size: what a full disk answers."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("recipients", [(), (str(MINE.to_public()),)], ids=["plain", "encrypted"])
def test_a_backup_without_room_or_place_leaves_nothing(noord, tmp_path, recipients):
    target = tmp_path / "kopie.zip"

    with limited(20_000), pytest.raises(BackupProblem, match=r"There is no room for the backup in .* nothing was left"):
        backup_region(noord, target, recipients=recipients)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "bestand").touch()
    with pytest.raises(BackupProblem, match=r"cannot be written to .*bestand: "):
        backup_region(noord, tmp_path / "bestand" / "kopie.zip", recipients=recipients)
    with pytest.raises(BackupProblem, match="exists already: choose another name"):
        backup_region(noord, tmp_path / "bestand", recipients=recipients)
    assert not noord.backups.filter(location__startswith=str(tmp_path)).exists()


def test_one_at_a_time_works_on_a_region(noord, backup):
    with region_lock("noord"), pytest.raises(RegionBusy, match="Someone else is working on noord"):
        backup_region(noord)
    with region_lock("oost"), pytest.raises(RegionBusy):
        restore_region(backup, slug="oost", hosts=["oost.test"])


def test_every_table_with_rows_of_regions_is_decided_on():
    # A new table must be put in one of the two, with its reason: else its rows would be lost, or come twice.
    keyed = {relation.related_model for relation in Region._meta.related_objects}

    assert keyed == {*shared_rows.TRAVELLING, *shared_rows.STAYING}


def test_all_regions_in_one_round_and_what_is_kept(noord, zuid, settings, tmp_path):
    settings.ZELFREGIE_BACKUP_DIR = str(tmp_path)
    for stamp in ("20250101T000000Z", "20250102T000000Z"):
        for slug in ("noord", "zuid"):
            (tmp_path / f"{slug}_{stamp}.zip").touch()
    known = {"made_at": "2025-01-01T00:00Z", "size": 1, "release": "0"}
    RegionBackup.objects.create(region=noord, location=f"{tmp_path}/noord_20250101T000000Z.zip", sha256="a", **known)
    worked = RegionBackup.objects.create(
        region=noord, location=f"{tmp_path}/weg.zip", sha256="b", restored_at="2025-01-01T00:00Z", **known
    )

    with region_lock("zuid"):
        result = CliRunner().invoke(main, ["region", "backup", "--all", "--keep", "2"])

    made = {path.name for path in tmp_path.iterdir()}
    assert {name for name in made if name.startswith("zuid")} == {
        "zuid_20250101T000000Z.zip",
        "zuid_20250102T000000Z.zip",
    }
    assert sorted(name for name in made if name.startswith("noord"))[0] == "noord_20250102T000000Z.zip"
    assert [len([name for name in made if name.startswith(slug)]) for slug in ("noord", "landelijk")] == [2, 1]
    assert worked in noord.backups.all()
    assert set(noord.backups.values_list("sha256", flat=True)) & {"a", "b"} == {"b"}
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[2] == "zuid: Someone else is working on zuid at this moment. Wait until that is done and try again."
    assert lines[3:] == ["Backups made: 2 of 3.", "Error: No backup of zuid: see above."]


@pytest.mark.parametrize("found_by", ["check", "check without the key", "restore"])
def test_a_backup_that_is_found_damaged_counts_no_more(made, found_by, noord, zuid, tmp_path):
    kind = "encrypted" if found_by == "check without the key" else "backup"
    good, copy, place = made[kind], tmp_path / "kopie.zip", tmp_path / f"noord.{kind}"
    data = bytearray(good.read_bytes())
    data[len(data) // 2] ^= 0x10
    copy.write_bytes(data)
    place.write_bytes(good.read_bytes())
    RegionBackup.objects.exclude(location=str(good)).delete()
    RegionBackup.objects.update(location=str(place))
    RegionBackup.objects.create(region=zuid, made_at=timezone.now(), verified_at=timezone.now(), location="/z", size=1)

    def counted() -> set[str]:
        return set(recent_backups(dt.timedelta(days=1)).values_list("region__slug", flat=True))

    def find_out(path: Path) -> str:
        if found_by == "restore":
            return _refused(path)
        result = CliRunner().invoke(main, ["backup", "check", str(path)])
        assert result.exit_code == 1
        return result.output

    find_out(copy)  # which says nothing about the file on record
    assert (counted(), latest_backup(noord).location) == ({"noord", "zuid"}, str(place))
    place.write_bytes(data)
    told = find_out(place)

    assert (counted(), latest_backup(noord), fresh_backup(noord, dt.timedelta(days=1))) == ({"zuid"}, None, None)
    if found_by != "restore":
        assert "is on record as a backup of noord, and counts no more" in told
    listed = CliRunner().invoke(main, ["backup", "list", "noord"])
    assert re.search(rf"DAMAGED, found on [\d-]+  {place}\n", listed.output)
    # A good copy takes its place on record.
    note_checked(good)
    assert (counted(), latest_backup(noord).location) == ({"noord", "zuid"}, str(good))


def test_a_damaged_backup_is_none_of_those_that_are_kept(noord, settings, tmp_path):
    settings.ZELFREGIE_BACKUP_DIR = str(tmp_path)
    files = [tmp_path / f"noord_2025010{day}T000000Z.zip" for day in range(1, 6)]
    for file in files:
        file.touch()
    for day in (1, 4):
        RegionBackup.objects.create(
            region=noord, location=str(files[day]), sha256=str(day), made_at="2025-01-01T00:00Z", size=9,
            damaged_at="2025-01-09T00:00Z",
        )  # fmt: skip

    removed = forget_older(noord, 2)

    assert (removed, sorted(tmp_path.iterdir())) == (2, files[2:])
    assert set(noord.backups.exclude(damaged_at=None).values_list("location", flat=True)) == {str(files[4])}


def test_check_and_list_say_what_a_backup_is(backup, encrypted):
    known = RegionBackup.objects.filter(location=str(backup))
    known.update(verified_at=None)

    checked = CliRunner().invoke(main, ["backup", "check", str(backup)])
    listed = CliRunner().invoke(main, ["backup", "list", "noord"])
    missing = CliRunner().invoke(main, ["backup", "check", str(backup.parent / "geen.zip")])

    assert checked.exit_code == 0
    assert re.fullmatch(
        r".*\.zip is whole: noord on [\d: -]+ UTC, release [\d.]+\.\n\d+ rows in \d+ tables, 0 files\.\n",
        checked.output,
    )
    assert known.get().verified_at is not None
    assert re.search(rf"noord  [\d: -]+ UTC, 0\.\d MB, checked  {backup}\n", listed.output)
    assert re.search(rf"noord  [\d: -]+ UTC, 0\.\d MB, encrypted  {encrypted}\n", listed.output)
    assert missing.output == f"Error: {backup.parent / 'geen.zip'} cannot be read: no such file or directory.\n"
