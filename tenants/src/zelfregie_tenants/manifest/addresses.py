"""Check names that become part of an address: slugs, domains, e-mail addresses."""

import ipaddress
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Found = tuple[str, str] | None

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
MAX_DOMAIN = 253


def check_slug(value: str) -> Found:
    """Return what keeps this from being a region's slug, and the remedy."""
    if "_" in value:
        return f'"{value}" has an underscore.', f'Use a hyphen: "{value.replace("_", "-").lower()}".'
    if not _SLUG.fullmatch(value) or value.endswith("-") or "--" in value:
        return (
            f'"{value}" cannot be a slug.',
            "Use 2 to 40 lower-case letters, digits and single hyphens, starting with a letter.",
        )
    return None


def check_domain(value: str) -> Found:
    """Return what keeps this from being a domain name, and the remedy. RFC 1123 host names, lower case."""
    if "://" in value:
        bare = value.split("://", 1)[1].split("/")[0].split(":")[0]
        return f'"{value}" starts with a scheme.', f'Write only the name: "{bare}".'
    if "/" in value or "?" in value or "#" in value:
        return f'"{value}" has a path.', f'Write only the name: "{re.split(r"[/?#]", value)[0]}".'
    if "_" in value:
        return f'"{value}" has an underscore, which host names cannot have.', "Use a hyphen instead."
    if re.search(r":\d*$", value):
        return f'"{value}" has a port.', f'Write only the name: "{value.rsplit(":", 1)[0]}".'
    if value != value.lower():
        return f'"{value}" has capitals.', f'Write "{value.lower()}".'
    if not value.isascii():
        return f'"{value}" has letters outside a-z.', f"Write it in ASCII{_punycode(value)}."
    if _is_ip_address(value):
        return f'"{value}" is an IP address.', "Give a name: every region is found by its own name."
    if value.endswith("."):
        return f'"{value}" ends with a dot.', f'Write "{value.rstrip(".")}".'
    labels = value.split(".")
    if len(value) > MAX_DOMAIN or not all(_LABEL.fullmatch(label) for label in labels):
        return f'"{value}" is not a domain name.', 'Write a name such as "zuid-limburg.example.nl".'
    if len(labels) < 2:
        return f'"{value}" has no dot.', f'Write a full name such as "{value}.localhost" or "{value}.nl".'
    return None


def check_email(value: str) -> Found:
    """Return what keeps this from being an e-mail address, and the remedy."""
    try:
        validate_email(value)
    except ValidationError:
        return f'"{value}" is not an e-mail address.', 'Write one such as "info@example.nl".'
    return None


def _is_ip_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def _punycode(value: str) -> str:
    try:
        return f': "{value.encode("idna").decode("ascii")}"'
    except UnicodeError:
        return ""
