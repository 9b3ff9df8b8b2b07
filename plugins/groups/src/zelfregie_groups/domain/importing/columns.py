"""The columns that a list of groups may have, what each is called, and how long its text may be."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

#: One line of text each.
TEXTS = (
    "name", "location_name", "address", "city", "host_name", "cost", "public_transport", "parking", "welcomed_by",
)  # fmt: skip
#: Text with line breaks.
LONG_TEXTS = ("description", "first_time_note")
#: One word of a few.
CHOICES = ("form", "status", "gender", "joining", "bring_someone", "speaking", "contact_first")
#: Several words of a few.
MANY_CHOICES = ("audience", "languages")
#: Yes, no or not known.
ANSWERS = ("wheelchair", "accessible_toilet", "induction_loop")
NUMBERS = ("age_from", "age_to", "size")
PLACE = ("postal_code", "city", "latitude", "longitude")
#: One rule by which a group meets. ``schedules`` holds several, as our own export writes them.
RULE = (
    "weekday", "start_time", "end_time", "frequency", "schedule_note", "weeks", "interval", "day_of_month",
    "start_date", "end_date", "rrule",
)  # fmt: skip

COLUMNS = (
    "source_id", "name", "themes", "description", "audience", "form", "location_name", "address", "postal_code",
    "city", "latitude", "longitude", "weekday", "start_time", "end_time", "frequency", "schedule_note", "host_name",
    "host_email", "status", "languages", "cost",
    "gender", "age_from", "age_to", "size", "joining", "public_transport", "parking", "wheelchair",
    "accessible_toilet", "induction_loop", "bring_someone", "speaking", "welcomed_by", "contact_first",
    "first_time_note", "confirmed_on", "weeks", "interval", "day_of_month", "start_date", "end_date", "rrule",
    "exceptions", "schedules",
)  # fmt: skip
REQUIRED = ("name", "themes")

#: The longest text of each column; the same as in the model.
LENGTHS = {
    "source_id": 80, "name": 200, "description": 4000, "location_name": 120, "address": 120, "postal_code": 10,
    "city": 80, "host_name": 80, "host_email": 254, "schedule_note": 200, "cost": 120, "public_transport": 200,
    "parking": 200, "welcomed_by": 120, "first_time_note": 1000,
}  # fmt: skip

#: What people read for a column, and for a field of a group.
LABELS: dict[str, str | Promise] = {
    "source_id": _("nummer in de eigen lijst"),
    "name": _("naam"),
    "themes": _("thema's"),
    "description": _("beschrijving"),
    "audience": _("voor wie"),
    "form": _("vorm"),
    "location_name": _("naam van de plek"),
    "address": _("straat en nummer"),
    "postal_code": _("postcode"),
    "city": _("plaats"),
    "latitude": _("breedtegraad"),
    "longitude": _("lengtegraad"),
    "weekday": _("dagen"),
    "start_time": _("begint om"),
    "end_time": _("eindigt om"),
    "frequency": _("hoe vaak"),
    "schedule_note": _("toelichting bij de tijden"),
    "host_name": _("voornaam van de begeleider"),
    "host_email": _("e-mailadres van de begeleider"),
    "status": _("stand"),
    "languages": _("taal"),
    "cost": _("kosten"),
    "gender": _("mannen, vrouwen"),
    "age_from": _("vanaf welke leeftijd"),
    "age_to": _("tot en met welke leeftijd"),
    "size": _("met hoeveel mensen"),
    "joining": _("instappen"),
    "public_transport": _("openbaar vervoer"),
    "parking": _("parkeren"),
    "wheelchair": _("toegankelijk met een rolstoel"),
    "accessible_toilet": _("aangepast toilet"),
    "induction_loop": _("ringleiding"),
    "bring_someone": _("mag je iemand meenemen?"),
    "speaking": _("moet je iets vertellen?"),
    "welcomed_by": _("wie wacht je op?"),
    "contact_first": _("moet je je eerst melden?"),
    "first_time_note": _("hoe gaat de eerste keer?"),
    "confirmed_on": _("nagekeken op"),
    "weeks": _("welke week van de maand"),
    "interval": _("om de hoeveel"),
    "day_of_month": _("dag van de maand"),
    "start_date": _("eerste datum"),
    "end_date": _("laatste datum"),
    "rrule": format_lazy("{} (RRULE)", _("herhaling van een agenda")),
    "exceptions": _("uitzonderingen"),
    "schedules": _("tijden van bijeenkomsten"),
    "point": _("plek op de kaart"),
    "published": _("op de site"),
}
