"""What the page of all regions shows."""

from typing import Any

from django.http import HttpRequest


def for_regions(request: HttpRequest) -> dict[str, Any]:
    """Variables of the page: the regions, their map, and the answer to the visitor's question."""
    return {}
