"""Reading an instance folder: what is fine, and files that are wrong as a whole."""

import pytest

from zelfregie_tenants.manifest import Editor, ManifestError, PluginChoice


def test_manifest_reads_everything(folder, read):
    manifest = read()

    assert manifest.region.schema_name == "region_heuvelland"
    assert manifest.region.primary_domain == "heuvelland.localhost"
    assert (manifest.region.kind, manifest.region.languages) == ("region", ("nl",))
    assert manifest.area.municipalities == ("0917", "0928")
    assert manifest.area.postcodes == ((6360, 6360), (6400, 6479))
    assert manifest.brand.logo == folder / "brand/logo.svg"
    assert manifest.brand.favicon is None
    assert manifest.editors[0] == Editor("anna@example.nl", "Anna Voorbeeld", "administrator")
    assert manifest.plugins == (
        PluginChoice("groups", True, {"radius": 10}),
        PluginChoice("stories", False, {}),
    )
    assert manifest.enabled_plugins == ("groups",)
    assert dict(manifest.files) == {"groups.csv": folder / "groups.csv"}
    assert (manifest.hosting.platform, manifest.hosting.demo) == ("shared", False)


def test_manifest_accepts_windows_line_ends_and_a_byte_order_mark(folder, read):
    path = folder / "region.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert read().region.slug == "heuvelland"


def test_manifest_of_the_national_hub_has_no_area(read, edit):
    edit('name = "Zelfregie', 'kind = "national"\nname = "Zelfregie')
    edit('[area]\nmunicipalities = ["0917", "0928"]\npostcodes = ["6400-6479", "6360"]\n', "")
    edit('role = "moderator"', 'role = "coordinator"')

    manifest = read()

    assert manifest.area.municipalities == ()
    assert manifest.editors[1].role == "coordinator"


def test_manifest_reports_all_problems_at_once(folder, edit, problems):
    edit('slug = "heuvelland"', 'slug = "Heuvelland!"')
    edit('"#7a1f5c"', '"paars"')
    edit('"0917"', '"0001"')
    edit("theme: rouw", "theme: rauw", "content/rouw.md")

    assert [place for place, _message, _remedy in problems(folder)] == [
        "region.toml:4 region.slug",
        "region.toml:10 area.municipalities",
        "region.toml:14 brand.primary",
        "content/rouw.md:4 theme",
    ]


def test_files_that_are_not_utf8_are_refused_with_the_line(folder, problems):
    (folder / "content/home.md").write_bytes(b"---\ntitle: Caf\xe9\n---\n")

    assert problems(folder) == [
        (
            "content/home.md:2",
            "is not UTF-8 text.",
            "Save it as UTF-8: in most editors “Save as”, then choose the encoding.",
        )
    ]


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [("nergens", "nergens", "does not exist."), ("leeg", "region.toml", "is missing.")],
)
def test_folder_that_is_no_instance_is_refused(tmp_path, name, place, message, problems):
    (tmp_path / "leeg").mkdir()

    (problem,) = problems(tmp_path / name)

    assert problem[0].endswith(place)
    assert problem[1] == message


@pytest.mark.parametrize("value", ["1", '"x"', "[]", "true", "1979-05-27", "{}"])
@pytest.mark.parametrize("key", ["region", "area", "brand", "organisation", "editors", "plugins", "hosting", "crisis"])
def test_manifest_with_any_type_anywhere_never_crashes(folder, key, value, read):
    path = folder / "region.toml"
    whole = path.read_text(encoding="utf-8")
    kept = [part for part in ("\n" + whole).split("\n[") if not part.lstrip("[").startswith(key)]
    text = f"{key} = {value}\n" + "\n[".join(kept).lstrip("\n")
    path.write_text(text, encoding="utf-8")

    try:
        read()
    except ManifestError as error:
        assert all(problem.message and problem.remedy for problem in error.problems)  # noqa: PT017 -- may be fine too
