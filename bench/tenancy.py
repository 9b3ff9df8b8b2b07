"""What regions and plugins cost a request: the same page in one plain Wagtail site, and in a region with 0, 3 and 20.

Each site is a process of its own with its own plugins installed; all are asked in turn. Run by bench/run.py, with
DATABASE_URL set to an empty database on this machine: ``tenancy.py ROUNDS REQUESTS``. Prints JSON.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import tiny_plugins
from common import BENCH, ROOT, run_part

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 12
REQUESTS = int(sys.argv[2]) if len(sys.argv) > 2 else 20
MANY = 20
OURS = ["groups", "stories", "referrals"]
TINY = tiny_plugins.slugs(MANY)
#: Region: the modules that it has on. Their pages are the same, but for what ours show.
REGIONS = {"geen": [], "drie": OURS, "twintig": TINY}
PATHS = {"text page": "/wat-is-zelfhulp/", "home page": "/", "home page of the admin": "/admin/"}
#: What the others are held against.
ONE = "one"


@dataclass(frozen=True)
class Site:
    """A site to measure.

    :param region: whose pages it shows; with `regions` off it is all that there is.
    :param plugins: installed; which of them are on is up to the region.
    :param schema: where a site without regions has its tables.
    """

    region: str
    plugins: list[str] = field(default_factory=list)
    regions: bool = True

    def environment(self, url: str) -> dict[str, str]:
        """What its process gets."""
        kind = "regions" if self.regions else "one"
        return {
            "DJANGO_SETTINGS_MODULE": "tenancy_settings",
            "BENCH_SITE": kind,
            "BENCH_PLUGINS": " ".join(self.plugins),
            "DATABASE_URL": url if self.regions else at_home(url, f"region_{self.region}"),
        }

    @property
    def host(self) -> str:
        return f"{self.region}.localhost"


SITES = {
    ONE: Site("geen", regions=False),
    "0 plugins": Site("geen"),
    "3 plugins": Site("drie", OURS),
    "20 plugins": Site("twintig", TINY),
    "20 plugins, all off": Site("geen", TINY),
}


def at_home(url: str, schema: str) -> str:
    """The address of the database for who knows one schema only."""
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"


class Asked:
    """A site that runs and answers."""

    def __init__(self, host: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(BENCH / "tenancy_site.py"), host],
            env=os.environ | environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.read()

    def read(self) -> dict:
        """What it says next."""
        line = self.process.stdout.readline()
        if not line:
            sys.exit("A site stopped; what it said is above.")
        return json.loads(line)

    def ask(self, path: str, times: int) -> dict:
        """Let it answer a page so many times."""
        print(json.dumps([path, times]), file=self.process.stdin, flush=True)
        return self.read()


@contextmanager
def running(host: str, environment: dict[str, str]):
    """A site, until the block ends."""
    site = Asked(host, environment)
    try:
        yield site
    finally:
        site.process.stdin.close()
        site.process.wait(timeout=60)


def plain_site(url: str) -> dict[str, str]:
    """Make the plain Wagtail site in a schema beside the regions; return what its process gets."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("CREATE SCHEMA plain")
    environment = {"DATABASE_URL": at_home(url, "plain"), "DJANGO_SETTINGS_MODULE": "plain.settings"}
    run_part("plain_site.py", environment=environment)
    return environment


def summary(rounds: list[dict], of_one: list[dict]) -> dict[str, float]:
    """The medians of a page; and what it computes against one site, round by round."""
    middle = statistics.median
    ratios = [middle(a["computed"]) / middle(b["computed"]) for a, b in zip(rounds, of_one, strict=True)]
    return {
        "queries": rounds[0]["queries"],
        "computed": middle(value for each in rounds for value in each["computed"]),
        "took": middle(value for each in rounds for value in each["took"]),
        "ratio": middle(ratios),
    }


def microseconds_each(many: list[dict], none: list[dict]) -> float:
    """What one of the twenty plugins adds to a page, by the medians of each round."""
    middle = statistics.median
    added = (middle(a["computed"]) - middle(b["computed"]) for a, b in zip(many, none, strict=True))
    return middle(added) * 1000 / MANY


def main() -> None:
    """Make the sites, and ask them in turn."""
    url = os.environ["DATABASE_URL"]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        tiny_plugins.write(Path(name), MANY)
        os.environ["PYTHONPATH"] = os.pathsep.join([name, str(BENCH)])
        everything = Site("", [*OURS, *TINY]).environment(url)
        run_part("tenancy_site.py", "prepare", json.dumps(REGIONS), environment=everything)
        bare = stack.enter_context(running("localhost", plain_site(url)))
        sites = {name: stack.enter_context(running(site.host, site.environment(url))) for name, site in SITES.items()}
        found: dict[str, dict[str, list[dict]]] = {page: {} for page in PATHS}
        for _round in range(ROUNDS):  # in turn, so that a slow moment of the machine hits all
            found["text page"].setdefault("bare", []).append(bare.ask("/pagina-1/", REQUESTS))
            for page, path in PATHS.items():
                for name, site in sites.items():
                    found[page].setdefault(name, []).append(site.ask(path, REQUESTS))
    pages = {
        page: {name: summary(rounds, of_site[ONE]) for name, rounds in of_site.items()}
        for page, of_site in found.items()
    }
    each = {page: microseconds_each(of_site["20 plugins"], of_site["0 plugins"]) for page, of_site in found.items()}
    print(json.dumps({"pages": pages, "microseconds_each": each, "answers": ROUNDS * REQUESTS}))


if __name__ == "__main__":
    main()
