"""Which fields a plugin's settings may have: those that a manifest can hold."""

from dataclasses import MISSING, fields
from typing import Any


def check_schema(schema: type[Any]) -> str | None:
    """What is wrong with a settings schema, or None. Every field needs a default and a simple type."""
    for field in fields(schema):
        if field.default is MISSING and field.default_factory is MISSING:
            return f"field '{field.name}' has no default"
        if type_name(field.type) == "?":
            return f"field '{field.name}' must be str, int, float or bool"
    return None


_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}
_NAMES = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}


def _key(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "?")


def fits(value: Any, annotation: Any) -> bool:
    """Whether a value from a manifest has the type of a field."""
    types = _TYPES.get(_key(annotation), ())
    # bool is a subclass of int in Python; in a manifest `true` is no number.
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def type_name(annotation: Any) -> str:
    """The type of a field in words, or ``?`` for a type that a manifest cannot hold."""
    return _NAMES.get(_key(annotation), "?")
