"""The sweep must be able to fail: leaks that are planted, an address without arguments, a model nobody can fill."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.mail import send_mail
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path
from django_tasks import task
from django_tenants.utils import tenant_context
from isolation_sweep import special_rows
from isolation_sweep.addresses import Address, NoArguments
from isolation_sweep.canaries import Canaries
from isolation_sweep.filler import Filler, Unfillable
from isolation_sweep.sweep import VISITOR, Found

import zelfregie_tenants.urls
from zelfregie_groups.models import Group
from zelfregie_tenants.models import Region

pytestmark = pytest.mark.django_db

REMEMBERED: list[str] = []
FIELD = "zelfregie_groups.Group.host_name"
SECRET = "zelfregie_groups.Group.host_email"
log = logging.getLogger("zelfregie.proef")


def host_of(region: str) -> str:
    """The host of a group of a region, whatever region the connection is in."""
    with tenant_context(Region.objects.get(slug=region)):
        return Group.objects.get(pk=7001).host_name


@task()
def told(name: str) -> str:
    return name


def enters_another(request: HttpRequest) -> HttpResponse:
    """What a view without a filter would be where regions share tables."""
    return HttpResponse(host_of("zuid"))


def remembers(request: HttpRequest) -> HttpResponse:
    REMEMBERED.append(Group.objects.get(pk=7001).host_name)
    return HttpResponse(" ".join(REMEMBERED))


def caches_without_region(request: HttpRequest) -> HttpResponse:
    LocMemCache("proef", {}).set("host", Group.objects.get(pk=7001).host_name)
    return HttpResponse("ok")


def logs(request: HttpRequest) -> HttpResponse:
    log.warning("Host %s", host_of("zuid"))
    return HttpResponse("ok")


def mails(request: HttpRequest) -> HttpResponse:
    send_mail("Proef", f"Van {host_of('zuid')}", "a@voorbeeld.nl", ["b@voorbeeld.nl"])
    return HttpResponse("ok")


def enqueues(request: HttpRequest) -> HttpResponse:
    told.enqueue(host_of("zuid"))
    return HttpResponse("ok")


def redirects(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", headers={"Location": f"/{host_of('zuid')}/"})


def streams(request: HttpRequest) -> FileResponse:
    from io import BytesIO
    from zipfile import ZIP_DEFLATED, ZipFile

    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", host_of("zuid"))
    out.seek(0)
    return FileResponse(out, filename="a.zip")


def never_there(request: HttpRequest, **_arguments: Any) -> HttpResponse:
    raise Http404


#: View, the region in which it is seen, of which region, and where.
PLANTED = {
    enters_another: ("noord", "zuid", "body"),
    remembers: ("zuid", "noord", "body"),
    caches_without_region: ("noord", "noord", "cache key :1:host, outside any region"),
    logs: ("noord", "zuid", "log zelfregie.proef"),
    mails: ("noord", "zuid", "mail"),
    enqueues: ("noord", "zuid", f"task {__name__}.told"),
    redirects: ("noord", "zuid", "header Location"),
    streams: ("noord", "zuid", "body, a.txt"),
}


@pytest.fixture
def planted(settings: Any, sweep: Any) -> Any:
    """Mount the leaking views before everything else, and let the sweep ask only these."""
    module = ModuleType("proef_urls")
    own = [path(f"lek/{view.__name__}/", view, name=view.__name__) for view in (*PLANTED, never_there)]
    module.urlpatterns = [*own, *zelfregie_tenants.urls.urlpatterns]
    settings.ROOT_URLCONF = module
    before, found = sweep.addresses, sweep.found
    sweep.found = Found()
    yield sweep
    sweep.addresses, sweep.found = before, found
    REMEMBERED.clear()


@pytest.mark.parametrize("view", PLANTED, ids=lambda view: view.__name__)
def test_planted_leak_is_reported(planted, view):
    region, owner, place = PLANTED[view]
    planted.addresses = [Address(f"lek/{view.__name__}/", view.__name__, is_regex=False)]

    planted.get(roles=[VISITOR], regions=["noord", "zuid"])

    reports = [str(leak) for leak in planted.found.leaks if leak.region == region and leak.place.startswith(place)]
    assert f"/lek/{view.__name__}/ as visitor in {region}: {FIELD} of {owner}, in {place}" in reports


def test_address_that_never_opens_is_reported(planted):
    planted.addresses = [Address("lek/never_there/", "never_there", is_regex=False)]

    planted.get(roles=[VISITOR], regions=["noord"])

    assert planted.not_reached() == ["never_there (lek/never_there/) only answered [404]"]


def test_address_without_arguments_says_how_to_add_them(sweep):
    with pytest.raises(NoArguments) as caught:
        sweep.paths(Address("lek/<str:thing>/", "proef:lek", is_regex=False), "noord")

    assert str(caught.value).startswith(
        "The sweep has no value for `thing` of proef:lek (lek/<str:thing>/). Add one to"
    )


def test_model_that_cannot_be_filled_is_named(noord, monkeypatch):
    monkeypatch.setitem(special_rows.EXTRA_FIELDS, "zelfregie_groups.Group", lambda filler: {"status": "bestaat niet"})

    with pytest.raises(Unfillable, match=r"cannot make a row of zelfregie_groups\.Group: IntegrityError"):
        Filler(noord, Canaries({"noord": "n"})).row(Group)


def test_text_without_a_canary_is_reported(noord):
    filler = Filler(noord, Canaries({"noord": "n"}))

    missing = list(filler.missing())

    assert f"{SECRET} holds no canary" in missing
