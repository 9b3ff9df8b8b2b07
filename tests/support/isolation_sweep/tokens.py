"""Everything that opens something by itself: links with a signature or a random part, codes, tokens; and using them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import tenant_context
from people_of_regions import everything
from wagtail.models import APIToken

from isolation_sweep.arguments import Rows
from zelfregie_tenants.testing.client import RegionClient

PASSWORD = "een-heel-nieuw-wachtwoord-2026"


def links_of(rows: Rows, cards_of: Rows | None = None) -> dict[str, tuple[str, int]]:
    """Return every address of a region that opens by what is in it, and with which status it opens there.

    Args:
        rows: of the region.
        cards_of: whose cards are asked for behind the practice's link; the region's own.
    """
    practice, card, story = rows.practice_token, rows.card.code, rows.story_token
    other = (cards_of or rows).card.code
    return {
        "practice": (f"/-/referrals/praktijk/{practice}/", 200),
        "practice figures": (f"/-/referrals/praktijk/{practice}/aantallen/", 200),
        "card of a practice": (f"/-/referrals/praktijk/{practice}/kaart/{other}/", 200),
        "card to print": (f"/-/referrals/praktijk/{practice}/kaart/{other}/a5/", 200),
        "card": (f"/-/referrals/k/{card}/", 200),
        "card that was used": (f"/-/referrals/k/{card}/gelukt/", 302),
        "withdrawal": (f"/-/stories/intrekken/{story}/", 200),
        "thanks": (f"/-/stories/bedankt/{story}/", 200),
        # An invitation is the same link: it lets somebody set a password.
        "password": ("/admin/password_reset/confirm/{}/{}/".format(*rows.reset), 302),
    }


def uses_of(rows: Rows) -> dict[str, tuple[str, dict[str, str]]]:
    """Return every form behind such an address, and what is sent with it."""
    practice, card, story = rows.practice_token, rows.card.code, rows.story_token
    return {
        "make a card": (f"/-/referrals/praktijk/{practice}/kaart/", {"target": rows.card.target_key}),
        "use a card": (f"/-/referrals/k/{card}/gebruiken/", {}),
        "withdraw a story": (f"/-/stories/intrekken/{story}/", {"confirm": "on"}),
        "set a password": (
            "/admin/password_reset/confirm/{}/{}/".format(*rows.reset),
            {"new_password1": PASSWORD, "new_password2": PASSWORD},
        ),
    }


def api_token_of(username: str) -> str:
    """Return a token of Wagtail for a user of the current region."""
    _row, token = APIToken.create_token(user=User.objects.get(username=username), name="proef")
    return token


def api_token_is_known(token: str) -> bool:
    """Tell whether the current region knows a token."""
    return APIToken.objects.filter(key_hash__in=APIToken.candidate_key_hashes(token)).exists()


def uploaded_list(client: RegionClient, text: str) -> dict[str, str]:
    """Upload a list of redirects; return what Wagtail gives to confirm it with: names that it signed."""
    file = SimpleUploadedFile("lijst.csv", text.encode(), "text/csv")
    page = client.post("/admin/redirects/import/", {"import_file": file}).content.decode()
    return dict(re.findall(r'name="(import_file_name|input_format)" value="([^"]+)"', page))


def tables_of(regions: Iterable[Rows]) -> list[dict[str, Any]]:
    """Return everything that is in the tables of regions."""
    found = []
    for rows in regions:
        with tenant_context(rows.region):
            found.append(everything())
    return found
