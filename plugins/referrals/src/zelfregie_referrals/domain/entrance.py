"""Where a visitor types a code."""

from django.http import HttpRequest
from django.urls import reverse

from zelfregie_core.domain.published import published
from zelfregie_referrals.models import CardPage


def entrance_path(request: HttpRequest) -> str:
    """The short page that editors may rename or remove; without it the plugin's own form."""
    page = published(CardPage).first()
    url = page.get_url(request) if page else None
    return url or reverse("referrals:enter_code")
