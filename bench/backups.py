"""Backing up and restoring one region while another is visited: seconds of each command, and what visitors notice.

Run by bench/run.py as a process of its own, with DATABASE_URL set to a database of its own. Prints JSON. The commands
run as an operator runs them, from start to end; restoring goes under another name, so that nothing is replaced.
Arguments: groups, pages, images, rounds.
"""

import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from common import instance, load, median, serve  # noqa: E402 -- after setup
from django.core.files.images import ImageFile  # noqa: E402 -- after setup
from django_tenants.utils import tenant_context  # noqa: E402 -- after setup
from exports import fill  # noqa: E402 -- after setup
from PIL import Image as Picture  # noqa: E402 -- after setup
from wagtail.images.models import Image  # noqa: E402 -- after setup
from wagtail.models import Page, Site  # noqa: E402 -- after setup

from zelfregie_core.models import ContentPage  # noqa: E402 -- after setup
from zelfregie_tenants.domain.backup import media  # noqa: E402 -- after setup
from zelfregie_tenants.domain.launch import launch_region  # noqa: E402 -- after setup
from zelfregie_tenants.domain.schemas import drop_schema, prepare_platform  # noqa: E402 -- after setup
from zelfregie_tenants.domain.template import ensure_template  # noqa: E402 -- after setup
from zelfregie_tenants.models import Region  # noqa: E402 -- after setup

SAVED, NEIGHBOUR, COPY = "bewaard", "buur", "terug"
SIZE = (1200, 800)
#: How long the neighbour is asked at a time; a command spans several of these.
SLICE = 1.0


def fill_region(region: Region, groups: int, pages: int, images: int) -> dict[str, int]:
    """Give the region its groups, published pages, and photographs with the rendition that pages show."""
    dice = random.Random(4)
    with tenant_context(region):
        fill(groups)
        home = Site.objects.get(is_default_site=True).root_page
        for number in range(pages):
            body = " ".join(dice.choices(("samen", "rouw", "herstel", "praten", "luisteren", "burn-out"), k=40))
            page = home.add_child(instance=ContentPage(title=f"Pagina {number}", slug=f"p-{number}", intro=body))
            page.save_revision().publish()
        for number in range(images):
            # Noise over few pixels, enlarged: as large as a photograph, and JPEG cannot make it small.
            small = Picture.frombytes("RGB", (400, 267), dice.randbytes(400 * 267 * 3))
            file = io.BytesIO()
            small.resize(SIZE).save(file, "JPEG", quality=80)
            image = Image(title=f"Foto {number}", file=ImageFile(file, name=f"foto-{number}.jpg"))
            image.save()
            image.get_rendition("width-800")
        return {
            "pages": Page.objects.count(),
            "images": Image.objects.count(),
            "files": len(list(media.file_names(region.schema_name))),
        }


def visited(port: int, *words: str) -> list[float]:
    """Run a command; return the p95 of the neighbour's home page in each slice of the time that it took."""
    command = [sys.executable, "-m", "zelfregie_tenants.cli", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    noticed = []
    while process.poll() is None:
        noticed.append(load(port, f"{NEIGHBOUR}.localhost", "/", SLICE)["p95_ms"])
    output = process.communicate()[0]
    if process.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{output}")
    return noticed


def alone(*words: str) -> dict[str, float]:
    """Seconds, seconds of computing outside the database, and megabytes, of a command while nobody visits."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "zelfregie_tenants.cli", *words], stdout=output, stderr=subprocess.STDOUT
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(words)} failed:\n{output.read()}")
    return {
        "seconds": time.perf_counter() - started,
        "processor": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }


def forget_copy() -> None:
    """Drop what was restored."""
    region = Region.objects.get(slug=COPY)
    drop_schema(region)
    media.discard(region.schema_name)
    region.delete()


def main() -> None:
    """Measure in turn, so that a slow moment of the machine hits all; print it."""
    groups, pages, images, rounds = (int(word) for word in sys.argv[1:5])
    prepare_platform()
    ensure_template(lambda message: None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saved = launch_region(instance(folder, SAVED, lists=False), invite=False).region
        launch_region(instance(folder, NEIGHBOUR, lists=True), invite=False)
        counts = fill_region(saved, groups, pages, images)
        p95: dict[str, list[float]] = {key: [] for key in ("quiet", "backing_up", "restoring")}
        commands: dict[str, list[dict[str, float]]] = {"backup": [], "restore": []}
        with serve("zelfregie_tenants.embedded.web:application", dict(os.environ), f"{NEIGHBOUR}.localhost") as port:
            for number in range(rounds):
                file = folder / f"{number}.zip"
                restore = ("region", "restore", str(file), "--as", COPY, "--domain", f"{COPY}.localhost")
                commands["backup"].append(alone("region", "backup", SAVED, "--to", str(file)))
                commands["restore"].append(alone(*restore))
                forget_copy()
                for _slice in range(4):
                    p95["quiet"].append(load(port, f"{NEIGHBOUR}.localhost", "/", SLICE)["p95_ms"])
                second = str(folder / f"{number}-visited.zip")
                p95["backing_up"] += visited(port, "region", "backup", SAVED, "--to", second)
                p95["restoring"] += visited(port, *restore)
                forget_copy()
        size = file.stat().st_size
    figures = {key: median(values) for key, values in p95.items()}
    for verb, found in commands.items():
        figures[verb] = {key: median([one[key] for one in found]) for key in found[0]}
    print(json.dumps(figures | {"groups": groups, "archive": size / 1e6, "rounds": rounds} | counts))


if __name__ == "__main__":
    main()
