"""What a card can point at. Other plugins answer; this one knows none of them by name."""

from django.http import HttpRequest

from zelfregie_core.plugins import DirectoryEntry, call_plugins_flat

MAX_TEXT = 100


def search_targets(request: HttpRequest, text: str) -> list[DirectoryEntry]:
    """What a practice may choose from, best first; those that take nobody now come last."""
    words = " ".join(text.replace("\x00", "").split())[:MAX_TEXT]
    found = call_plugins_flat("directory_entries", request, text=words, keys=None)
    return sorted(found, key=lambda entry: not entry.is_open)


def target_of(request: HttpRequest, key: str) -> DirectoryEntry | None:
    """What a key points at, or None when it is gone."""
    found = call_plugins_flat("directory_entries", request, text="", keys=[key])
    return next((entry for entry in found if entry.key == key), None)
