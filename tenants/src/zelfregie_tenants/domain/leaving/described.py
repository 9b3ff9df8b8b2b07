"""What the README of an export says of one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Described:
    """A file or a page, and what there is to know of it, in Dutch and in English."""

    name: str
    about: str
    about_en: str
