"""The forms on a page, filled in as they came."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

#: Reading a whole page of the admin takes longer than making many of them; forms are a small part of it.
FORM = re.compile(r"<form\b.*?</form\s*>", re.DOTALL | re.IGNORECASE)


class _Forms(HTMLParser):
    """Collects each form that is posted: its address, and the values of its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self.open: dict[str, list[str]] | None = None
        self.field = self.text = ""
        self.options: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.open = {}
            self.found.append((given.get("action", ""), self.open))
        if self.open is None:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in {"file", "button", "image"}:
            if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
                return
            self.open.setdefault(name, []).append(given.get("value", "on"))
        elif tag in {"textarea", "select"} and name:
            self.field, self.text, self.options = name, "", []
        elif tag == "option" and "selected" in given:
            self.options.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.field:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag in {"textarea", "select"} and self.open is not None and self.field:
            values = [self.text.removeprefix("\n")] if tag == "textarea" else self.options
            self.open.setdefault(self.field, []).extend(values)
            self.field = ""


def forms_of(html: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the address and the values of every form of a page that is sent with POST."""
    parser = _Forms()
    for form in FORM.findall(html):
        parser.feed(form)
    return parser.found
