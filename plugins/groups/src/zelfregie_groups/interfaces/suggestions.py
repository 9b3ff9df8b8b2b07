"""Names of places for the finder's box, while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from zelfregie_core.places import find_places
from zelfregie_groups.domain.text import clean_query

MAX_NAMES = 8


@require_safe
@cache_control(public=True, max_age=86400)
def places(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=`` with the names of places that begin so, the largest first. From the bundled table: no query."""
    found = find_places(clean_query(request.GET.get("q", ""), 80), limit=MAX_NAMES)
    return JsonResponse({"places": list(dict.fromkeys(place.name for place in found))})
