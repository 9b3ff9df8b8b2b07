"""The choices of a group's fields. Codes are stored and exported; labels are what people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    SELF = "self", _("voor jezelf")
    RELATIVE = "relative", _("voor naasten")
    BEREAVED = "bereaved", _("voor nabestaanden")


class Form(models.TextChoices):
    IN_PERSON = "in_person", _("bij elkaar")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("bij elkaar en online")


class Status(models.TextChoices):
    ACTIVE = "active", _("er is plek")
    WAITING_LIST = "waiting_list", _("wachtlijst")
    FULL = "full", _("vol")
    PAUSED = "paused", _("pauze")


class Gender(models.TextChoices):
    ALL = "all", _("voor iedereen")
    WOMEN = "women", _("voor vrouwen")
    MEN = "men", _("voor mannen")


class Joining(models.TextChoices):
    """Whether somebody can come at any meeting, or the same people go through it together."""

    OPEN = "open", _("je kunt altijd instappen")
    CLOSED = "closed", _("een vaste groep, die samen begint")


class BringSomeone(models.TextChoices):
    YES = "yes", _("ja, neem gerust iemand mee")
    ASK = "ask", _("overleg het even van tevoren")
    NO = "no", _("nee, kom liever alleen")


class Speaking(models.TextChoices):
    LISTEN = "listen", _("nee, alleen luisteren mag")
    INTRODUCE = "introduce", _("alleen je voornaam zeggen is genoeg")
    TAKE_PART = "take_part", _("iedereen vertelt kort iets")


class ContactFirst(models.TextChoices):
    NO = "no", _("nee, loop gerust binnen")
    PLEASE = "please", _("liever wel, dan weten we dat je komt")
    REQUIRED = "required", _("ja, meld je eerst aan")


class Language(models.TextChoices):
    """What is spoken; codes of ISO 639."""

    NL = "nl", _("Nederlands")
    EN = "en", _("Engels")
    DE = "de", _("Duits")
    FR = "fr", _("Frans")
    ES = "es", _("Spaans")
    FY = "fy", _("Fries")
    LI = "li", _("Limburgs")
    AR = "ar", _("Arabisch")
    BER = "ber", _("Berbers")
    TR = "tr", _("Turks")
    PL = "pl", _("Pools")
    UK = "uk", _("Oekraïens")
    FA = "fa", _("Farsi en Dari")
    SO = "so", _("Somalisch")
    TI = "ti", _("Tigrinya")
    PAP = "pap", _("Papiaments")
    DSE = "dse", _("Nederlandse Gebarentaal")
