"""Values of an SQL statement that is put together from pieces."""

from __future__ import annotations


class Parameters:
    """Keeps the values apart from the text: `add` gives what stands in the text for a value."""

    def __init__(self) -> None:
        """Start without values."""
        self.values: dict[str, object] = {}

    def add(self, value: object) -> str:
        """Return the placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"
