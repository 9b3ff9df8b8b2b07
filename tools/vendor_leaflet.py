"""Copy Leaflet into the static folder of the groups plugin.

Run this by hand to upgrade; the result is committed, so nobody needs npm to run or build Zelfregie.

    mkdir /tmp/packages && cd /tmp/packages && npm pack leaflet@1.9.4
    python tools/vendor_leaflet.py /tmp/packages/leaflet-1.9.4.tgz

We keep the script, the stylesheet and the images that the stylesheet names. The line that names the source map goes,
because the map (ten times the script) does not come along and collecting static files would look for it.
"""

import argparse
import json
import re
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "plugins/groups/src/zelfregie_groups/static/zelfregie_groups/vendor"
IMAGE = re.compile(r"url\((images/[\w.-]+)\)")
SOURCE_MAP = re.compile(r"\n//# sourceMappingURL=.*\n?$")
README = """# Vendored front-end packages

Written by `tools/vendor_leaflet.py` from the npm package; do not edit by hand. The folder carries its licence.

| Package | Version | Licence |
|---|---|---|
| leaflet | {version} | BSD-2-Clause |
"""


def vendor(tarball: Path) -> None:
    """Write the used files of the package and the README."""
    with tarfile.open(tarball) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{tarball} has no {name}.")
            return member.read()

        package = json.loads(read("package.json"))
        css = read("dist/leaflet.css").decode()
        files = {
            "LICENSE": read("LICENSE"),
            "leaflet.js": (SOURCE_MAP.sub("", read("dist/leaflet.js").decode()) + "\n").encode(),
            "leaflet.css": css.encode(),
            **{name: read(f"dist/{name}") for name in sorted(set(IMAGE.findall(css)))},
        }
    for name, content in files.items():
        target = VENDOR / "leaflet" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (VENDOR / "README.md").write_text(README.format(version=package["version"]), "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tarball", type=Path)
    vendor(parser.parse_args().tarball)
