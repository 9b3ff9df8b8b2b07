"""What a plugin says about the personal data in its tables: whose, why, how long, how exported and how erased."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet

from zelfregie_core.plugins.contributions import Text

#: A text, or a function that gives it for the current region, because the region may set the term.
TextNow: TypeAlias = Text | Callable[[], Text]
#: Rows of one person, or of which something is about that person.
Rows: TypeAlias = Iterable[Model]
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]\\]+@[^\s@<>\"',;:()\[\]\\]+")


class LegalGround(StrEnum):
    """Why the data may be used: GDPR, article 6, paragraph 1; the value is the letter."""

    CONSENT = "a"
    CONTRACT = "b"
    LEGAL_DUTY = "c"
    PUBLIC_TASK = "e"
    LEGITIMATE_INTEREST = "f"


class HealthGround(StrEnum):
    """Why data about health may be used although that is forbidden: GDPR, article 9, paragraph 2."""

    EXPLICIT_CONSENT = "a"
    MADE_PUBLIC = "e"


class Erasure(StrEnum):
    """What happens to the rows of a person who asks to be erased."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    REFUSE = "refuse"


class ErasureRefused(Exception):
    """Nothing was erased. The message says in Dutch what must be done first; an ``erase`` raises it."""


@dataclass(frozen=True)
class Person:
    """Somebody, by an e-mail address. Capitals do not matter.

    An address finds what was written with something behind a plus sign as well (anna+groep@ is the mailbox of anna@),
    but not the other way round: info+anna@ may be somebody who shares info@ with others.
    """

    email: str

    def __post_init__(self) -> None:
        """Refuse what is no address, before something is looked for with it.

        :raises ValueError: in words for who typed it.
        """
        clean = unicodedata.normalize("NFC", self.email).strip()
        if not _ADDRESS.fullmatch(clean):
            raise ValueError(f"“{self.email}” is not an e-mail address.")
        object.__setattr__(self, "email", clean)

    @property
    def local(self) -> str:
        return self.email.rpartition("@")[0].casefold()

    @property
    def domains(self) -> tuple[str, ...]:
        """The domain as people write it and, when that differs, as machines do (IDNA)."""
        domain = self.email.rpartition("@")[2].casefold()
        try:
            ascii_form = domain.encode("idna").decode("ascii")
            readable = ascii_form.encode("ascii").decode("idna")
        except UnicodeError:
            return (domain,)
        return tuple(dict.fromkeys((domain, ascii_form, readable)))

    @property
    def pattern(self) -> str:
        """A regular expression, for Python and for PostgreSQL, of the address as a whole inside a text."""
        more = "" if "+" in self.local else r"(?:\+[a-z0-9._%+-]*)?"
        domains = "|".join(re.escape(domain) for domain in self.domains)
        return rf"(?<![a-z0-9._%+-]){re.escape(self.local)}{more}@(?:{domains})(?![a-z0-9-]|\.[a-z0-9])"

    def is_named_by(self, text: object) -> bool:
        """True iff a text is an address of this person."""
        local, _at, domain = unicodedata.normalize("NFC", str(text)).strip().casefold().rpartition("@")
        return domain in self.domains and (local == self.local or self._is_variant(local))

    def is_named_in(self, text: object) -> bool:
        """True iff an address of this person stands somewhere in a text."""
        return re.search(self.pattern, unicodedata.normalize("NFC", str(text)), re.IGNORECASE) is not None

    def q(self, *fields: str) -> Q:
        """A condition for a query: one of these fields, which are not encrypted, is an address of this person."""
        condition = Q(pk__in=[])
        for field in fields:
            for domain in self.domains:
                condition |= Q(**{f"{field}__iexact": f"{self.local}@{domain}"})
                if "+" not in self.local:
                    variant = {f"{field}__istartswith": f"{self.local}+", f"{field}__iendswith": f"@{domain}"}
                    condition |= Q(**variant)
        return condition

    def users(self) -> QuerySet[Any]:
        """The accounts of this person in the current region."""
        model = get_user_model()
        return model._default_manager.filter(self.q(model.USERNAME_FIELD, "email"))

    def _is_variant(self, local: str) -> bool:
        return "+" not in self.local and local.startswith(f"{self.local}+")


@dataclass(frozen=True)
class PersonalData:
    """Personal data in one table, as the register of processing activities tells it and the platform enforces it.

    :param key: unique; of a plugin it starts with its slug and an underscore.
    :param title: what it is, in a few Dutch words: "Verhalen van bezoekers".
    :param model: ``app_label.ModelName``.
    :param fields: names of the fields that hold it; a test holds that each field of the model that looks personal is
        here or in a ``NotPersonal``.
    :param subjects: whose data, in Dutch.
    :param purpose: what for, in one Dutch sentence.
    :param ground: why it may.
    :param kept: how long, in one Dutch sentence; a function where the region sets the term.
    :param find: the rows of a person in the current region: a queryset, or a list when a field is encrypted.
    :param erasure: what happens when that person asks to be erased.
    :param health: why data about health may be used; None when it is not about health.
    :param enforce: removes what was kept long enough in the current region and returns how many rows that were; run
        every night, also where the plugin is off. None when the rows go with other ones, or are kept while in use.
    :param export: a row as the person reads it: label to value. None: all ``fields`` with their own labels.
    :param erase: does it, for the rows that ``find`` gave; needed to anonymise. None with ``DELETE``: the rows go.
    :param reason: why not everything goes, in Dutch; needed unless everything does. The person gets to read it.
    :param what: which data, in Dutch, for the register; empty: the labels of ``fields``.
    :param receivers: who gets the data besides those who work for the region, in Dutch.
    :param order: lower is erased first; what others are found by, such as accounts, comes last.
    """

    key: str
    title: Text
    model: str
    fields: tuple[str, ...]
    subjects: Text
    purpose: Text
    ground: LegalGround
    kept: TextNow
    find: Callable[[Person], Rows]
    erasure: Erasure
    health: HealthGround | None = None
    enforce: Callable[[], int] | None = None
    export: Callable[[Any, Person], Mapping[Any, Any]] | None = None
    erase: Callable[[list[Any], Person], object] | None = None
    reason: Text = ""
    what: Text = ""
    receivers: Text = ""
    order: int = 100


@dataclass(frozen=True)
class NotPersonal:
    """Fields that look personal and are not, with the reason.

    :param model: ``app_label.ModelName``.
    :param fields: names of fields.
    :param reason: one English sentence, for developers.
    """

    model: str
    fields: tuple[str, ...]
    reason: str
