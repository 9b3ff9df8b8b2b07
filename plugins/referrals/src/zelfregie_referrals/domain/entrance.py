"""Where a visitor types a code."""

from django.http import HttpRequest
from django.urls import reverse

from zelfregie_referrals.models import CardPage


def entrance_path(request: HttpRequest) -> str:
    """The short page that editors may rename or remove; without it the plugin's own form."""
    page = CardPage.objects.live().public().first()
    url = page.get_url(request) if page else None
    return url or reverse("referrals:enter_code")
