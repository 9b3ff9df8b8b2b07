"""Copy the used part of the design system, the font and the icons into core's static folder.

Run this by hand to upgrade; the result is committed, so nobody needs npm to run or build Zelfregie.

    mkdir /tmp/packages && cd /tmp/packages && npm pack <the packages below>
    python tools/vendor_front_end.py /tmp/packages

NL Design System offers many components and thousands of design tokens. We keep the components in
COMPONENTS and only the tokens that those components (or our own CSS) ask for, directly or through
another token. Never add @utrecht/design-tokens or @rijkshuisstijl-community/*: those are proprietary.
"""

import argparse
import json
import re
import shutil
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "core/src/zelfregie_core/static/zelfregie_core"
VENDOR = STATIC / "vendor"

COMPONENTS = (
    "alert", "blockquote", "breadcrumb-nav", "button", "form-field", "form-field-description",
    "form-field-error-message", "form-fieldset", "form-label", "heading-1", "heading-2", "heading-3",
    "heading-4", "link", "ordered-list", "pagination", "paragraph", "select", "skip-link", "table",
    "textarea", "textbox", "unordered-list",
)  # fmt: skip
TOKENS = "nl-design-system-unstable-voorbeeld-design-tokens"
FONT = "fontsource-atkinson-hyperlegible-next"
# Turkish and Polish names are common in a Dutch region: latin-ext, which a browser fetches only when needed.
FONT_FILES = tuple(
    f"atkinson-hyperlegible-next-{subset}-{weight}-normal.woff2"
    for subset in ("latin", "latin-ext")
    for weight in (400, 700)
)
ICONS = "tabler-icons"

USE = re.compile(r"var\(\s*(--[\w-]+)")
DECLARATION = re.compile(r"^\s*(--[\w-]+):\s*([^;]+);", re.MULTILINE)
LICENCE_COMMENT = re.compile(r"/\*\*.*?\*/\s*", re.DOTALL)


def unpack(packages: Path, target: Path) -> dict[str, tuple[Path, dict]]:
    """Unpack every npm tarball; return {short name: (folder, package.json)}."""
    found = {}
    for tarball in sorted(packages.glob("*.tgz")):
        folder = target / tarball.stem
        with tarfile.open(tarball) as archive:
            archive.extractall(folder, filter="data")
        package = json.loads((folder / "package" / "package.json").read_text("utf-8"))
        found[package["name"].removeprefix("@").replace("/", "-")] = (folder / "package", package)
    return found


def used_tokens(theme: str, sources: list[str]) -> str:
    """The declarations of `theme` that `sources` reach, directly or through another token."""
    declared = dict(DECLARATION.findall(theme))
    todo = {name for source in sources for name in USE.findall(source)}
    keep: set[str] = set()
    while todo:
        name = todo.pop()
        if name in declared and name not in keep:
            keep.add(name)
            todo.update(USE.findall(declared[name]))
    return "".join(f"{name}:{' '.join(declared[name].split())};\n" for name in sorted(keep))


def vendor_design_system(found: dict[str, tuple[Path, dict]]) -> list[str]:
    """Write nl-design-system.css (tokens, then components); return the lines for the README."""
    folder = VENDOR / "nl-design-system"
    folder.mkdir(parents=True, exist_ok=True)
    lines, parts = [], []
    for component in COMPONENTS:
        source, package = found[f"utrecht-{component}-css"]
        css = (source / "dist" / "index.min.css").read_text("utf-8")
        parts.append(f"/* {package['name']} {package['version']} */\n{LICENCE_COMMENT.sub('', css).strip()}\n")
        lines.append(f"| {package['name']} | {package['version']} | EUPL-1.2 |")
        shutil.copy(source / "LICENSE.md", folder / "LICENSE-components.md")
    header = (
        '@charset "UTF-8";\n/**\n * @license EUPL-1.2\n * Copyright (c) 2020-2024 Frameless B.V.\n'
        " * Copyright (c) 2021-2024 Gemeente Utrecht\n */\n"
    )
    components = "".join(part.replace('@charset "UTF-8";', "") for part in parts)

    source, package = found[TOKENS]
    own = [path.read_text("utf-8") for path in sorted((STATIC / "css").glob("*.css"))]
    theme = (source / "dist" / "theme.css").read_text("utf-8")
    tokens = used_tokens(theme, [components, *own])
    licence = (
        f"/* {package['name']} {package['version']}, only the tokens in use.\n"
        " * @license EUPL-1.2, Copyright (c) 2021 NL Design System Community */\n"
    )
    css = f"{header}{licence}.voorbeeld-theme {{\n{tokens}}}\n{components}"
    (folder / "nl-design-system.css").write_text(css, "utf-8")
    shutil.copy(source / "LICENSE.md", folder / "LICENSE-tokens.md")
    lines.append(f"| {package['name']} | {package['version']} | EUPL-1.2 |")
    return lines


def vendor_font(found: dict[str, tuple[Path, dict]]) -> list[str]:
    """Copy the font files and their licence."""
    source, package = found[FONT]
    folder = VENDOR / "atkinson-hyperlegible-next"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FONT_FILES:
        shutil.copy(source / "files" / name, folder / name)
    shutil.copy(source / "LICENSE", folder / "LICENSE")
    return [f"| {package['name']} | {package['version']} | OFL-1.1 |"]


def vendor_icons(found: dict[str, tuple[Path, dict]]) -> list[str]:
    """Copy the icons named in vendor/tabler-icons/icons.txt and their licence."""
    source, package = found[ICONS]
    folder = VENDOR / "tabler-icons"
    wanted = (folder / "icons.txt").read_text("utf-8").split()
    for stale in folder.glob("*.svg"):
        stale.unlink()
    missing = [name for name in wanted if not (source / "icons" / "outline" / f"{name}.svg").exists()]
    if missing:
        raise SystemExit(f"Tabler has no icon {', '.join(missing)}")
    for name in wanted:
        svg = (source / "icons" / "outline" / f"{name}.svg").read_text("utf-8")
        svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
        (folder / f"{name}.svg").write_text(svg, "utf-8")
    shutil.copy(source / "LICENSE", folder / "LICENSE")
    return [f"| {package['name']} | {package['version']} | MIT |"]


def main() -> None:
    """Vendor everything and write vendor/README.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path, help="folder with the tarballs made by `npm pack`")
    packages = parser.parse_args().packages
    with tempfile.TemporaryDirectory() as scratch:
        found = unpack(packages, Path(scratch))
        lines = vendor_design_system(found) + vendor_font(found) + vendor_icons(found)
    (VENDOR / "README.md").write_text(
        "# Vendored front-end packages\n\n"
        "Written by `tools/vendor_front_end.py` from npm packages; do not edit by hand.\n"
        "`nl-design-system.css` is the published minified CSS of the components, joined, after the\n"
        "design tokens that they or our own CSS use. Each folder carries its licence.\n\n"
        "| Package | Version | Licence |\n|---|---|---|\n" + "\n".join(lines) + "\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
