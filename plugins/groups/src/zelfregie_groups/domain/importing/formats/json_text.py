"""From bytes to a JSON document, with a sentence that says where it is broken."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from zelfregie_groups.domain.importing.formats.sniffing import MAX_BYTES, too_large
from zelfregie_groups.domain.importing.problems import ImportProblem


def read_json(source: Path | bytes) -> tuple[Any, list[str]]:
    """Return a document and what was noticed about its encoding.

    :raises ImportProblem: when it is no JSON, with the place where it goes wrong.
    """
    data = source.read_bytes() if isinstance(source, Path) else source
    if len(data) > MAX_BYTES:
        raise ImportProblem(too_large())
    notices: list[str] = []
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        notices.append(
            _("Het bestand is geen UTF-8; het is gelezen als Windows-1252. Kijk of letters als é en ë kloppen.")
        )
    try:
        return json.loads(text.lstrip("\ufeff")), notices
    except json.JSONDecodeError as error:
        raise ImportProblem(_broken(text, error)) from error
    except (ValueError, RecursionError) as error:
        raise ImportProblem(_("Deze JSON is niet te lezen: te diep of met te grote getallen.")) from error


def _broken(text: str, error: json.JSONDecodeError) -> str:
    rest = text[error.pos :].strip()
    # What breaks off: nothing follows the place, or a text that is never closed.
    if not rest or error.msg.startswith("Unterminated"):
        return _(
            "Het bestand houdt halverwege op (regel %(line)s). Waarschijnlijk is het niet helemaal aangekomen: haal "
            "het opnieuw op."
        ) % {"line": error.lineno}
    return _("Dit is geen geldige JSON: het gaat mis op regel %(line)s, bij teken %(column)s (%(text)s).") % {
        "line": error.lineno,
        "column": error.colno,
        "text": rest[:20],
    }
