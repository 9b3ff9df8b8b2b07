"""A group as HSDS 3.0 has it: a service of the region's organization, at a location.

Field names and meanings are those of the Human Services Data Specification 3.0 (docs.openreferral.org). HSDS fields
for people to be reached at (contacts, phones, a service's e-mail address) are never filled.
"""

from typing import Any

from django.utils.translation import gettext as _

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.schedules import schedules_of
from zelfregie_groups.domain.export.taxonomies import Terms
from zelfregie_groups.models import Group
from zelfregie_groups.models.choices import ContactFirst

VERSION = "3.0"
PROFILE = "https://docs.openreferral.org/en/3.0/hsds/"
#: A group that is full still meets, which is what HSDS asks; that it is full is said in ``alert``.
STATUSES = {"active": "active", "waiting_list": "active", "full": "active", "paused": "temporarily closed"}
COUNTRY = "NL"
ACCESS = ("wheelchair", "accessible_toilet", "induction_loop")

Row = dict[str, Any]


class Hsds:
    """Makes the HSDS objects of one region. Groups come with themes, schedules and exceptions fetched."""

    def __init__(self, region: RegionContext) -> None:
        self.region = region
        self.terms = Terms(region)
        self._organization = self.organization()
        # Words that thousands of groups share are translated once.
        self.free, self.answers = _("gratis"), {True: _("ja"), False: _("nee")}
        self.spoken = {code: str(label) for code, label in Group.Language.choices}
        self.asked_first = {code: str(label) for code, label in ContactFirst.choices}

    def organization(self) -> Row:
        """Return the region's organization, without what hangs below it."""
        return _known(
            {
                "id": self.region.identity.organization,
                "name": self.region.name,
                "description": self.region.description,
                "email": self.region.email,
                "website": self.region.home,
                "uri": self.region.home,
            }
        )

    def service_row(self, group: Group) -> Row:
        """Return a group's own fields, as a table has them."""
        return _known(
            {
                "id": self.region.identity.of("service", group.pk),
                "organization_id": self.region.identity.organization,
                "name": group.name,
                "description": group.description,
                "url": self.region.group_url(group.slug),
                "status": STATUSES[group.status],
                "application_process": self.asked_first.get(group.contact_first, group.contact_first),
                "fees_description": group.cost or self.free,
                "eligibility_description": eligibility(group),
                "minimum_age": group.age_from,
                "maximum_age": group.age_to,
                "assured_date": group.confirmed_on.isoformat() if group.confirmed_on else None,
                "alert": self._alert(group),
                "last_modified": group.changed_at.isoformat(timespec="milliseconds"),
            }
        )

    def service_in_list(self, group: Group) -> Row:
        """Return a group as a list has it: its own fields and its organization."""
        return {**self.service_row(group), "organization": self._organization}

    def service(self, group: Group, *, with_locations: bool = True) -> Row:
        """Return a group with everything that belongs to it."""
        service = {
            **self.service_in_list(group),
            "schedules": schedules_of(group, self.region),
            "languages": self.languages(group),
            "cost_options": [self.cost_option(group)],
            "attributes": [
                {**link, "taxonomy_term": self.terms.full(key)}
                for key, link in zip(self.terms.keys_of(group), self.attribute_rows(group), strict=True)
            ],
        }
        if with_locations:
            service["service_at_locations"] = [
                {**self.service_at_location_row(group), "location": self.location(group)}
            ]
        return service

    def service_at_location_row(self, group: Group) -> Row:
        """Return the tie between a group and its place."""
        return {
            "id": self.region.identity.of("service_at_location", group.pk),
            "service_id": self.region.identity.of("service", group.pk),
            "location_id": self.region.identity.of("location", group.pk),
        }

    def service_at_location_in_list(self, group: Group) -> Row:
        """Return the tie with both ends, without what hangs below them."""
        return {
            **self.service_at_location_row(group),
            "location": self.location_row(group),
            "service": self.service_row(group),
        }

    def service_at_location(self, group: Group) -> Row:
        """Return the tie with both ends in full."""
        return {
            **self.service_at_location_row(group),
            "schedules": schedules_of(group, self.region),
            "location": self.location(group),
            "service": self.service(group, with_locations=False),
        }

    def location_row(self, group: Group) -> Row:
        """Return the place of a group: where it meets, or that it is nowhere but online."""
        if not group.meets_in_person:
            return {
                "id": self.region.identity.of("location", group.pk),
                "location_type": "virtual",
                "url": self.region.group_url(group.slug),
                "name": str(group.get_form_display()),
            }
        return _known(
            {
                "id": self.region.identity.of("location", group.pk),
                "location_type": "physical",
                "name": group.location_name,
                "transportation": transportation(group),
                "latitude": group.latitude,
                "longitude": group.longitude,
            }
        )

    def location(self, group: Group) -> Row:
        """Return the place of a group with its address and how it can be used."""
        return {
            **self.location_row(group),
            "addresses": self.addresses(group),
            "accessibility": self.accessibility(group),
        }

    def addresses(self, group: Group) -> list[Row]:
        """Return the address of a group's place; none when not even the town is known. HSDS wants every field."""
        if not group.meets_in_person or not (group.city or group.address):
            return []
        return [
            {
                "id": self.region.identity.of("address", group.pk),
                "location_id": self.region.identity.of("location", group.pk),
                "address_1": group.address,
                "city": group.city,
                "state_province": "",
                "postal_code": group.postal_code,
                "country": COUNTRY,
                "address_type": "physical",
            }
        ]

    def accessibility(self, group: Group) -> list[Row]:
        """Return what is known about getting in; what is not known is left out."""
        if not group.meets_in_person:
            return []
        return [
            {
                "id": self.region.identity.of("accessibility", f"{group.pk}:{name}"),
                "location_id": self.region.identity.of("location", group.pk),
                "description": str(Group._meta.get_field(name).verbose_name),
                "details": self.answers[getattr(group, name)],
            }
            for name in ACCESS
            if getattr(group, name) is not None
        ]

    def languages(self, group: Group) -> list[Row]:
        """Return what is spoken."""
        return [
            {
                "id": self.region.identity.of("language", f"{group.pk}:{code}"),
                "service_id": self.region.identity.of("service", group.pk),
                "name": self.spoken[code],
                "code": code,
            }
            for code in group.languages
            if code in self.spoken
        ]

    def cost_option(self, group: Group) -> Row:
        """Return what it costs: nothing, or the group's own words."""
        link = {
            "id": self.region.identity.of("cost_option", group.pk),
            "service_id": self.region.identity.of("service", group.pk),
        }
        if not group.cost:
            return {**link, "option": self.free, "currency": "EUR", "amount": 0}
        return {**link, "option": group.cost, "amount_description": group.cost}

    def attribute_rows(self, group: Group) -> list[Row]:
        """Return the ties between a group and the terms that say something of it, in the order of their keys."""
        return [
            {
                "id": self.region.identity.of("attribute", f"{group.pk}:{taxonomy}:{code}"),
                "link_id": self.region.identity.of("service", group.pk),
                "taxonomy_term_id": self.terms.by_key[taxonomy, code]["id"],
                "link_type": taxonomy,
                "link_entity": "service",
            }
            for taxonomy, code in self.terms.keys_of(group)
        ]

    @staticmethod
    def _alert(group: Group) -> str:
        if group.status == Group.Status.FULL:
            return _("Deze groep is nu vol.")
        if group.status == Group.Status.WAITING_LIST:
            return _("Deze groep heeft nu een wachtlijst.")
        return _("Deze groep heeft nu pauze.") if group.status == Group.Status.PAUSED else ""


def eligibility(group: Group) -> str:
    """Return for whom a group is, as people read it."""
    words = group.audience_labels
    if group.gender != Group.Gender.ALL:
        words = [*words, str(group.get_gender_display())]
    return ", ".join(words)


def transportation(group: Group) -> str:
    """Return how to get there, as people read it."""
    parts = [
        _("Openbaar vervoer: %(text)s") % {"text": group.public_transport} if group.public_transport else "",
        _("Parkeren: %(text)s") % {"text": group.parking} if group.parking else "",
    ]
    return "; ".join(part for part in parts if part)


def _known(row: Row) -> Row:
    """Leave out what we do not know: an empty text says less than no field."""
    return {name: value for name, value in row.items() if value not in (None, "")}
