"""What one region has of its own: a package beside its instance, installed for all and seen on that site only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import engines
from django_tenants.utils import schema_context, tenant_context
from own_platform import own_platform

from zelfregie_core.template_loading import RegionLoader
from zelfregie_tenants.domain.plugins import set_plugin_enabled

ROOT = Path(__file__).resolve().parent.parent
EXTRA = ROOT / "blueprint" / "examples" / "zuid-limburg-extra"
LINE = "Gemaakt met mensen uit Zuid-Limburg."
#: Runs in a process that has the package: reads the instance that names it, switches it on as its launch would, and
#: visits that region and another one, twice each. (A launch would first dump the schema anew: the apps are others.)
VISITS = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
from zelfregie_tenants.domain.plan import plan_offline, read_instance
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region

setup_test_environment()
manifest = read_instance(Path(sys.argv[1]))
plan = [item.after for item in plan_offline(manifest).items if item.name == "plugin zuidlimburg_extra"]
choice = next(choice for choice in manifest.plugins if choice.slug == "zuidlimburg_extra")
region = Region.objects.get(slug="zuid")

def look():
    pages = [Client(headers={"host": host}).get("/") for host in ("zuid.test", "noord.test") * 2]
    return [[page.status_code, sys.argv[2] in page.text, "Zelfhulpdag" in page.text] for page in pages]

set_plugin_enabled(region, choice.slug, enabled=choice.enabled, settings=choice.settings)
on = look()
set_plugin_enabled(region, choice.slug, enabled=False)
print(json.dumps([plan, on, look()]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder in which pip installed the package: nothing of it is in the environment of the tests."""
    source = shutil.copytree(EXTRA, tmp_path_factory.mktemp("extra") / "source")
    target = source.parent / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run([*command, "--target", target, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.mark.slow
@pytest.mark.django_db
def test_a_package_beside_an_instance_is_seen_on_that_region_only(installed, tmp_path):
    folder = shutil.copytree(ROOT / "blueprint" / "examples" / "zuid-limburg", tmp_path / "zuid-limburg")
    manifest = folder / "region.toml"
    text = manifest.read_text(encoding="utf-8")
    own = '[plugins.zuidlimburg_extra]\nday = "2999-05-29"\n\n[hosting]'
    manifest.write_text(text.replace("[hosting]", own, 1), encoding="utf-8")
    paths = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)

    with own_platform("extra", PYTHONPATH=paths) as platform:
        done = subprocess.run(
            [sys.executable, "-c", VISITS, folder, LINE],
            env=platform.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    plan, on, off = json.loads(done.stdout.splitlines()[-1])
    assert plan == ["on (day = 2999-05-29)"]
    assert on == [[200, True, True], [200, False, False]] * 2
    assert off == [[200, False, False], [200, False, False]] * 2


@pytest.mark.django_db
def test_a_compiled_template_of_one_region_is_never_served_in_another(installed, monkeypatch, noord, zuid):
    """The same process, the same cache: first the region that has its own version, then the one that has not."""
    name = "zelfregie_core/home_page.html"
    engine = engines["django"].engine
    region_loader = next(loader for loader in engine.template_loaders[0].loaders if isinstance(loader, RegionLoader))
    own = installed / "zelfregie_zuidlimburg_extra" / "region_templates" / name
    monkeypatch.setitem(region_loader.__dict__, "found", {name: {"referrals": own}})
    set_plugin_enabled(noord, "referrals", enabled=True)
    set_plugin_enabled(zuid, "referrals", enabled=False)

    def has_own(region):
        with tenant_context(region):
            return engine.get_template(name).origin.name == str(own)

    assert [has_own(region) for region in (noord, zuid, noord, zuid)] == [True, False, True, False]
    with schema_context("public"):
        assert engine.get_template(name).origin.name != str(own)
    set_plugin_enabled(noord, "referrals", enabled=False)
    assert not has_own(noord)
