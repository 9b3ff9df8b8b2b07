"""Reading the environment, with a sentence for everything that is missing or unreadable."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """Return a variable, or the contents of the file that `<name>_FILE` points at (systemd credentials).

    Raises:
        ImproperlyConfigured: the file cannot be read.
    """
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE points at {path}, which cannot be read: {error.strerror}."
            raise ImproperlyConfigured(message) from error
    return os.environ.get(name, default)


def required(name: str, purpose: str) -> str:
    """Return a variable that has no sensible default.

    Args:
        name: of the variable.
        purpose: what it is for, as the end of a sentence.

    Raises:
        ImproperlyConfigured: it is not set.
    """
    value = text(name)
    if not value:
        message = f"Set {name} (or {name}_FILE, the path of a file that holds it): it is {purpose}."
        raise ImproperlyConfigured(message)
    return value


def number(name: str, default: int) -> int:
    """Return a whole number.

    Raises:
        ImproperlyConfigured: it is not one.
    """
    value = text(name) or str(default)
    try:
        return int(value)
    except ValueError as error:
        message = f"{name} is “{value}”; give a whole number."
        raise ImproperlyConfigured(message) from error


def flag(name: str, *, default: bool) -> bool:
    """Return a switch, written as 1 or 0.

    Raises:
        ImproperlyConfigured: it is written in another way.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    message = f"{name} is “{value}”; give 1 or 0."
    raise ImproperlyConfigured(message)


def words(name: str) -> list[str]:
    """Return a list that is written with commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]
