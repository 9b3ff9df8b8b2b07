"""What a person may ask: which data are there, a copy of them, and to be forgotten."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.text import capfirst

from zelfregie_core.domain.privacy.declared import Declared, declarations
from zelfregie_core.domain.privacy.mentions import Mention, mentions_of
from zelfregie_core.plugins.personal_data import Erasure, Person


@dataclass(frozen=True)
class Found:
    """The rows of one declaration that are about a person."""

    declared: Declared
    rows: tuple[Model, ...]

    @property
    def is_refused(self) -> bool:
        return self.declared.item.erasure is Erasure.REFUSE


@dataclass(frozen=True)
class Plan:
    """What is there of a person, and what erasing does with it.

    :param mentions: places where the address stands in a text besides: those a person must look at.
    """

    person: Person
    found: tuple[Found, ...]
    mentions: tuple[Mention, ...]

    @property
    def is_empty(self) -> bool:
        return not self.found and not self.mentions


def look_up(person: Person) -> Plan:
    """Find everything that is declared of a person in the current region, and what else names the address."""
    found = []
    for declared in _in_order():
        rows = tuple(declared.item.find(person))
        if rows:
            found.append(Found(declared, rows))
    return Plan(person, tuple(found), tuple(mentions_of(person)))


@transaction.atomic
def erase(person: Person) -> tuple[Plan, Plan]:
    """Erase a person in the current region: all of it, or nothing when something fails.

    :return: what was there, and what is left, looked up anew: the proof.
    :raises ErasureRefused: with what must be done first.
    """
    before = look_up(person)
    for declared in _in_order():
        # Asked anew for each: what was erased before may have taken rows along.
        rows = list(declared.item.find(person))
        if not rows or declared.item.erasure is Erasure.REFUSE:
            continue
        if declared.item.erase is not None:
            declared.item.erase(rows, person)
        else:
            for row in rows:
                row.delete()
    return before, look_up(person)


def rehearse(person: Person) -> tuple[Plan, Plan]:
    """Do what ``erase`` does and undo it: the plan cannot promise anything else than what will happen.

    :return: what is there, and what would be left.
    :raises ErasureRefused: with what must be done first.
    """
    with transaction.atomic():
        outcome = erase(person)
        transaction.set_rollback(True)
    return outcome


def _in_order() -> list[Declared]:
    return sorted(declarations(), key=lambda declared: (declared.item.order, declared.item.key))


def as_read(found: Found, row: Any, person: Person) -> dict[str, Any]:
    """A row as its person reads it: labels and values."""
    item = found.declared.item
    if item.export is not None:
        return {str(label): value for label, value in item.export(row, person).items()}
    fields = [row._meta.get_field(name) for name in item.fields]
    return {str(capfirst(getattr(field, "verbose_name", field.name))): _value(row, field) for field in fields}


def _value(row: Any, field: Any) -> Any:
    if field.many_to_many or field.one_to_many:
        return [str(other) for other in getattr(row, field.name).all()]
    if field.is_relation:
        other = getattr(row, field.name)
        return "" if other is None else str(other)
    display = getattr(row, f"get_{field.name}_display", None)
    return str(display()) if display and field.choices else getattr(row, field.name)
