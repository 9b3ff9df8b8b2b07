"""What the platform answers inside a region, besides what core does."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def who(request: HttpRequest) -> JsonResponse:
    """Say which region answers at this address: how the platform sees, from outside, that a domain leads to it."""
    response = JsonResponse({"region": request.region.slug})
    response.headers["Cache-Control"] = "no-store"
    return response
