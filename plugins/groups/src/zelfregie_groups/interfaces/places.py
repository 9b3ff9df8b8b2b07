"""Where a visitor is, and the background of the map. Nothing here is kept or logged about who asks."""

from math import isfinite

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from zelfregie_core.domain.throttle import Limit, allow
from zelfregie_core.places import nearest_postcode
from zelfregie_groups.domain import tiles
from zelfregie_groups.domain.placing import FARTHEST_FROM_A_PLACE_KM

#: Decimals of a point that we look at, however many a browser sends: about a kilometre.
DECIMALS = 2
WHERE_AM_I = Limit("groups:where_am_i", tries=30, seconds=600)
#: Only tiles that must be fetched count; the others cost no more than a picture of our own.
NEW_TILES = Limit("groups:tiles", tries=400, seconds=60)
ALL_NEW_TILES = Limit("groups:tiles_of_all", tries=3000, seconds=60, shared=True)


@csrf_exempt  # it changes nothing, and a page from a cache has no token
@sensitive_post_parameters("lat", "lon")
@never_cache
@require_POST
def where_am_i(request: HttpRequest) -> HttpResponse:
    """The postcode area of a point: ``{"place": "6411", "label": "Heerlen"}``.

    Only by POST, so that the point is in no log of addresses. 404 with a sentence for a point outside the Netherlands.
    """
    if not allow(request, WHERE_AM_I):
        return _sentence(_("Je hebt dit vaak gevraagd. Typ je postcode of plaats, of probeer het straks weer."), 429)
    point = _point(request.POST.get("lat", ""), request.POST.get("lon", ""))
    if point is None:
        return _sentence(_("We begrijpen niet waar je bent. Typ je postcode of plaats."), 400)
    nearest = nearest_postcode(*point)
    if nearest is None or nearest[1] > FARTHEST_FROM_A_PLACE_KM:
        return _sentence(_("Je bent nu niet in Nederland. Typ de postcode of plaats waar je een groep zoekt."), 404)
    return JsonResponse({"place": nearest[0].code, "label": nearest[0].place})


@require_safe
def map_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A piece of the map's background, from our own store or fetched now."""
    if not tiles.tiles_url() or not tiles.is_in_bounds(z, x, y):
        return HttpResponse(status=404)
    picture = tiles.kept_tile(z, x, y)
    if picture is None:
        if not allow(request, NEW_TILES, ALL_NEW_TILES):
            return HttpResponse(status=429)
        picture = tiles.fetch_tile(z, x, y)
    if picture is None:
        # Soon again: the service may be back, and the map shows the groups without a background.
        return HttpResponse(status=404, headers={"Cache-Control": "public, max-age=60"})
    headers = {"Cache-Control": f"public, max-age={tiles.KEEP_SECONDS}"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    """The point, rounded; None when it is none."""
    try:
        point = round(float(latitude[:20]), DECIMALS), round(float(longitude[:20]), DECIMALS)
    except ValueError:
        return None
    return point if isfinite(point[0]) and isfinite(point[1]) else None


def _sentence(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)
