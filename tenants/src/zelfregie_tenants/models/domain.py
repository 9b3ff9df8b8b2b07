"""An address of a region."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# Host names have no underscore (schema names may); RFC 1123, lower case only, so that one name has one spelling.
DOMAIN_PATTERN = rf"^{LABEL}(\.{LABEL})*$"
MAX_LENGTH = 253


def validate_domain(value: str) -> None:
    """Accept a bare, lower-case host name: no scheme, port, path, underscore or trailing dot.

    Raises:
        ValidationError: with a sentence that says what to change.
    """
    if "_" in value:
        raise ValidationError(_("Een domeinnaam heeft geen liggend streepje (_)."), code="underscore")
    if "/" in value or ":" in value:
        raise ValidationError(_("Geef alleen de domeinnaam, zonder https:// en zonder poort."), code="scheme")
    if value != value.lower():
        raise ValidationError(_("Schrijf de domeinnaam in kleine letters."), code="case")
    if len(value) > MAX_LENGTH or not re.fullmatch(DOMAIN_PATTERN, value):
        raise ValidationError(_("Dit is geen geldige domeinnaam."), code="pattern")


class Domain(DomainMixin):
    """A host name that leads to a region; exactly one per region is primary and the others redirect to it."""

    domain = models.CharField(_("domein"), max_length=MAX_LENGTH, unique=True, validators=[validate_domain])

    class Meta:
        verbose_name = _("domein")
        verbose_name_plural = _("domeinen")
        ordering = ["-is_primary", "domain"]
        constraints = [
            models.CheckConstraint(condition=Q(domain__regex=DOMAIN_PATTERN), name="domain_is_host_name"),
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(is_primary=True), name="domain_one_primary_per_region"
            ),
        ]

    def __str__(self) -> str:
        return self.domain
