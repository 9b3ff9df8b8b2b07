"""Words that mean a value of a choice, besides the value itself and what the site calls it."""

from functools import lru_cache

from django.utils.translation import get_language

from zelfregie_groups.models import choices

FORMS = {
    "in_person": "in_person", "fysiek": "in_person", "op locatie": "in_person", "bij elkaar": "in_person",
    "live": "in_person", "online": "online", "digitaal": "online", "beeldbellen": "online", "hybrid": "hybrid",
    "hybride": "hybrid", "bij elkaar en online": "hybrid", "fysiek en online": "hybrid",
}  # fmt: skip
STATUSES = {
    "active": "active", "actief": "active", "open": "active", "plek": "active", "ruimte": "active",
    "waiting_list": "waiting_list", "wachtlijst": "waiting_list", "paused": "paused", "pauze": "paused",
    "gepauzeerd": "paused", "full": "full", "vol": "full",
}  # fmt: skip
AUDIENCES = {
    "self": "self", "jezelf": "self", "zelf": "self", "lotgenoten": "self", "relative": "relative",
    "naasten": "relative", "naaste": "relative", "familie": "relative", "mantelzorgers": "relative",
    "mantelzorger": "relative", "bereaved": "bereaved", "nabestaanden": "bereaved", "nabestaande": "bereaved",
}  # fmt: skip
LANGUAGES = {
    "nederlands": "nl", "engels": "en", "duits": "de", "frans": "fr", "spaans": "es", "fries": "fy", "limburgs": "li",
    "arabisch": "ar", "berbers": "ber", "turks": "tr", "pools": "pl", "oekraïens": "uk", "farsi": "fa",
    "dari": "fa", "somalisch": "so", "tigrinya": "ti", "papiaments": "pap", "gebarentaal": "dse", "ngt": "dse",
    "dutch": "nl", "english": "en", "german": "de", "french": "fr", "spanish": "es", "polish": "pl", "turkish": "tr",
    "arabic": "ar",
}  # fmt: skip
GENDERS = {
    "all": "all", "iedereen": "all", "allen": "all", "gemengd": "all", "m/v": "all", "m/v/x": "all",
    "women": "women", "vrouwen": "women", "vrouw": "women", "v": "women", "men": "men", "mannen": "men",
    "man": "men", "m": "men",
}  # fmt: skip
JOININGS = {
    "open": "open", "altijd": "open", "doorlopend": "open", "open groep": "open", "inloop": "open",
    "closed": "closed", "gesloten": "closed", "vast": "closed", "vaste groep": "closed", "gesloten groep": "closed",
}  # fmt: skip
BRING_SOMEONE = {
    "yes": "yes", "ja": "yes", "ask": "ask", "overleg": "ask", "in overleg": "ask", "vragen": "ask", "no": "no",
    "nee": "no",
}  # fmt: skip
SPEAKING = {
    "listen": "listen", "luisteren": "listen", "alleen luisteren": "listen", "nee": "listen", "no": "listen",
    "introduce": "introduce", "voornaam": "introduce", "voorstellen": "introduce", "alleen je naam": "introduce",
    "take_part": "take_part", "meedoen": "take_part", "iedereen": "take_part", "ja": "take_part", "yes": "take_part",
}  # fmt: skip
CONTACT_FIRST = {
    "no": "no", "nee": "no", "inloop": "no", "niet nodig": "no", "please": "please", "liever": "please",
    "graag": "please", "liefst": "please", "required": "required", "ja": "required", "yes": "required",
    "verplicht": "required", "aanmelden": "required", "eerst bellen": "required",
}  # fmt: skip

_OF_COLUMN = {
    "form": (FORMS, choices.Form), "status": (STATUSES, choices.Status), "audience": (AUDIENCES, choices.Audience),
    "languages": ({**LANGUAGES, **{code: code for code in LANGUAGES.values()}}, choices.Language),
    "gender": (GENDERS, choices.Gender), "joining": (JOININGS, choices.Joining),
    "bring_someone": (BRING_SOMEONE, choices.BringSomeone), "speaking": (SPEAKING, choices.Speaking),
    "contact_first": (CONTACT_FIRST, choices.ContactFirst),
}  # fmt: skip
#: What a group has that says nothing about it, as in the model.
DEFAULTS = {"form": "in_person", "status": "active", "gender": "all"}


def words_of(column: str) -> dict[str, str]:
    """Return the value that each word of a column with choices means: codes, labels and everyday words."""
    return _words_of(column, get_language() or "")


@lru_cache(maxsize=64)
def _words_of(column: str, _language: str) -> dict[str, str]:
    words, known = _OF_COLUMN[column]
    return {**{str(label).lower(): str(value) for value, label in known.choices}, **words}
