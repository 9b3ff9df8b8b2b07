"""What the region has, as small as matching needs it: one light entry per group, no secrets."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from zelfregie_groups.domain.importing.keys import Keys
from zelfregie_groups.domain.importing.skipped import skipped_before
from zelfregie_groups.domain.text import fold_words
from zelfregie_groups.models import Group, ImportedRow, ImportSource, Schedule


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A group as matching sees it.

    :param is_foreign: whether it comes from another list than the one that is being imported.
    """

    pk: int
    name: str
    city: str
    postal_code: str
    address: str
    weekday: int | None
    time: str
    source_id: str
    published: bool
    is_own: bool
    is_foreign: bool

    @property
    def keys(self) -> Keys:
        return Keys.of(self.source_id, self.name, self.city, self.weekday, self.time)

    @property
    def place(self) -> str:
        """What groups in one place share."""
        return fold_words(self.city) or self.postal_code[:4]

    @property
    def meeting(self) -> tuple[str, str, int, str] | None:
        """Address, day and time: two groups can hardly be there at once."""
        return meeting_of(self.address, self.postal_code, self.city, self.weekday, self.time)


def meeting_of(
    address: str, postal_code: str, city: str, weekday: int | None, time: str
) -> tuple[str, str, int, str] | None:
    """Return by what two groups at one address and time are found; None when not enough is known."""
    street, place = fold_words(address), postal_code.replace(" ", "").upper() or fold_words(city)
    return (street, place, weekday, time) if street and place and weekday and time else None


class Site:
    """The groups of the region and what this list said about them before. Two queries for groups, one for the list.

    :param source: the list; None for the one of the instance folder.
    """

    def __init__(self, source: ImportSource | None) -> None:
        self.source = source
        #: Key of a row to its group; None where the group was removed.
        self.imported: dict[str, int | None] = {}
        #: Groups to the keys that this list knows them by.
        self.keys_of_group: dict[int, set[str]] = defaultdict(set)
        elsewhere = set()
        for source_id, key, group_id in ImportedRow.objects.values_list("source_id", "key", "group_id"):
            if source_id == (source.pk if source else None):
                self.imported[key] = group_id
                if group_id:
                    self.keys_of_group[group_id].add(key)
            elif source_id is not None and group_id:
                elsewhere.add(group_id)
        #: Keys of rows that an editor skipped, with the groups that they looked like.
        self.skipped = skipped_before(source) if None in self.imported.values() else {}
        self.imported = {key: pk for key, pk in self.imported.items() if key not in self.skipped}
        self.groups = {group.pk: group for group in self._groups(elsewhere)}
        # Who removes a group between the two queries is as early as who did it yesterday.
        self.imported = {key: pk if pk in self.groups else None for key, pk in self.imported.items()}
        #: Name, place and day to the keys that this list used.
        self.by_remembered: dict[str, list[str]] = defaultdict(list)
        for key in self.imported:
            if key.startswith("row:"):
                self.by_remembered[key.rpartition("|")[0]].append(key)
        self.by_number: dict[str, list[int]] = defaultdict(list)
        self.by_exact: dict[str, list[int]] = defaultdict(list)
        self.by_natural: dict[str, list[int]] = defaultdict(list)
        self.by_meeting: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
        for group in self.groups.values():
            keys = group.keys
            if keys.number:
                self.by_number[keys.number].append(group.pk)
            self.by_exact[keys.exact].append(group.pk)
            self.by_natural[keys.natural].append(group.pk)
            if group.meeting:
                self.by_meeting[group.meeting].append(group.pk)

    def numbers_of(self, pk: int) -> set[str]:
        """The numbers by which this list knows a group."""
        known = {key for key in self.keys_of_group.get(pk, ()) if key.startswith("id:")}
        group = self.groups[pk]
        return known | ({group.keys.number} if group.is_own and group.source_id else set())

    def _groups(self, elsewhere: set[int]) -> Iterator[KnownGroup]:
        own = self.source.pk if self.source else None
        first: dict[int, tuple[int | None, str]] = {}
        lines = Schedule.objects.order_by("group_id", "weekdays", "start_time", "pk")
        for group_id, weekdays, time in lines.values_list("group_id", "weekdays", "start_time").iterator(2000):
            first.setdefault(group_id, (next(iter(weekdays), None), time.isoformat("minutes") if time else ""))
        fields = ("pk", "name", "city", "postal_code", "address", "source_id", "published", "imported_from_id")
        for pk, name, city, code, address, number, published, origin in (
            Group.objects.order_by("pk").values_list(*fields).iterator(2000)
        ):
            weekday, time = first.get(pk, (None, ""))
            yield KnownGroup(
                pk, name, city, code, address, weekday, time, number, published,
                is_own=origin == own,
                is_foreign=pk not in self.keys_of_group and (pk in elsewhere or (origin is not None and origin != own)),
            )  # fmt: skip
