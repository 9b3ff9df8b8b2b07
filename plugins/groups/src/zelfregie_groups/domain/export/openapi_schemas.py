"""JSON schemas of what the read API answers: the fields of HSDS 3.0 that we fill, and no others."""

from typing import Any

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
DATE: Schema = {"type": "string", "format": "date"}
CLOCK: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def reference(name: str) -> Schema:
    """Return a reference to one of our schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing(name: str) -> Schema:
    """Return a list of one of our schemas."""
    return {"type": "array", "items": reference(name)}


def record(required: str, properties: dict[str, Schema], description: str = "") -> Schema:
    """Return an object with exactly these fields.

    :param required: names, with blanks between.
    """
    schema: Schema = {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "description": description} if description else schema


_SERVICE: dict[str, Schema] = {
    "id": UUID,
    "organization_id": UUID,
    "name": TEXT,
    "description": TEXT,
    "url": ADDRESS,
    "status": {"type": "string", "enum": ["active", "temporarily closed"]},
    "application_process": TEXT,
    "fees_description": TEXT,
    "eligibility_description": TEXT,
    "minimum_age": INTEGER,
    "maximum_age": INTEGER,
    "assured_date": DATE,
    "alert": TEXT,
    "last_modified": {"type": "string", "format": "date-time"},
}
_LOCATION: dict[str, Schema] = {
    "id": UUID,
    "location_type": {"type": "string", "enum": ["physical", "virtual"]},
    "url": ADDRESS,
    "name": TEXT,
    "transportation": TEXT,
    "latitude": NUMBER,
    "longitude": NUMBER,
}
_ORGANIZATION: dict[str, Schema] = {
    "id": UUID,
    "name": TEXT,
    "description": TEXT,
    "email": {"type": "string", "format": "email"},
    "website": ADDRESS,
    "uri": ADDRESS,
}
_LINK: dict[str, Schema] = {"id": UUID, "service_id": UUID, "location_id": UUID}
_NESTED: dict[str, Schema] = {
    "organization": reference("OrganizationInList"),
    "schedules": listing("Schedule"),
    "languages": listing("Language"),
    "cost_options": listing("CostOption"),
    "attributes": listing("Attribute"),
}
_SERVICE_REQUIRED = "id organization_id name url status fees_description last_modified"
_NESTED_REQUIRED = f"{_SERVICE_REQUIRED} {' '.join(_NESTED)}"

SCHEMAS: dict[str, Schema] = {
    "About": record("version profile openapi_url", {"version": TEXT, "profile": ADDRESS, "openapi_url": ADDRESS}),
    "Document": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Minimal": record("id modified_date", {"id": UUID, "modified_date": {"type": "string", "format": "date-time"}}),
    "ServiceRow": record(_SERVICE_REQUIRED, _SERVICE, "A self-help group."),
    "ServiceInList": record(
        f"{_SERVICE_REQUIRED} organization", {**_SERVICE, "organization": reference("OrganizationInList")}
    ),
    "ServiceWithoutLocations": record(_NESTED_REQUIRED, {**_SERVICE, **_NESTED}),
    "Service": record(
        f"{_NESTED_REQUIRED} service_at_locations",
        {
            **_SERVICE,
            **_NESTED,
            "service_at_locations": {
                "type": "array",
                "items": record("id service_id location_id location", {**_LINK, "location": reference("Location")}),
            },
        },
        "A self-help group with all that belongs to it.",
    ),
    "ServiceAtLocationInList": record(
        "id service_id location_id location service",
        {**_LINK, "location": reference("LocationRow"), "service": reference("ServiceRow")},
    ),
    "ServiceAtLocation": record(
        "id service_id location_id schedules location service",
        {
            **_LINK,
            "schedules": listing("Schedule"),
            "location": reference("Location"),
            "service": reference("ServiceWithoutLocations"),
        },
    ),
    "LocationRow": record("id location_type", _LOCATION),
    "Location": record(
        "id location_type addresses accessibility",
        {**_LOCATION, "addresses": listing("Address"), "accessibility": listing("Accessibility")},
    ),
    "Address": record(
        "id location_id address_1 city state_province postal_code country address_type",
        {
            "id": UUID,
            "location_id": UUID,
            "address_1": TEXT,
            "city": TEXT,
            "state_province": {"type": "string", "description": "HSDS wants it; always empty."},
            "postal_code": TEXT,
            "country": {"const": "NL"},
            "address_type": {"const": "physical"},
        },
    ),
    "Accessibility": record(
        "id location_id description details", {"id": UUID, "location_id": UUID, "description": TEXT, "details": TEXT}
    ),
    "Schedule": record(
        "id timezone_name schedule_link",
        {
            "id": UUID,
            "valid_from": DATE,
            "valid_to": DATE,
            "dtstart": DATE,
            "until": DATE,
            "count": INTEGER,
            "timezone_name": {
                "const": "Europe/Amsterdam",
                "description": "Not of HSDS: times are those on the wall there, in summer and in winter.",
            },
            "wkst": {"const": "MO"},
            "freq": {"type": "string", "enum": ["WEEKLY", "MONTHLY"]},
            "interval": INTEGER,
            "byday": TEXT,
            "bymonthday": TEXT,
            "description": TEXT,
            "opens_at": CLOCK,
            "closes_at": CLOCK,
            "schedule_link": {**ADDRESS, "description": "iCalendar with every date; cancelled and moved ones too."},
            "attending_type": TEXT,
            "notes": TEXT,
        },
        "When a group meets. What is not known is left out.",
    ),
    "Language": record("id service_id name code", {"id": UUID, "service_id": UUID, "name": TEXT, "code": TEXT}),
    "CostOption": record(
        "id service_id option",
        {
            "id": UUID,
            "service_id": UUID,
            "option": TEXT,
            "currency": TEXT,
            "amount": NUMBER,
            "amount_description": TEXT,
        },
    ),
    "Attribute": record(
        "id link_id taxonomy_term_id link_type link_entity taxonomy_term",
        {
            "id": UUID,
            "link_id": UUID,
            "taxonomy_term_id": UUID,
            "link_type": {"type": "string", "enum": ["theme", "audience", "form"]},
            "link_entity": {"const": "service"},
            "taxonomy_term": reference("TaxonomyTerm"),
        },
    ),
    "Taxonomy": record(
        "id name description", {"id": UUID, "name": TEXT, "description": TEXT, "uri": ADDRESS, "version": TEXT}
    ),
    "TaxonomyTerm": record(
        "id code name description taxonomy_id taxonomy_detail",
        {
            "id": UUID,
            "code": {"type": "string", "description": "The same in every region."},
            "name": TEXT,
            "description": TEXT,
            "taxonomy": TEXT,
            "taxonomy_id": UUID,
            "taxonomy_detail": reference("Taxonomy"),
            "language": TEXT,
            "term_uri": ADDRESS,
        },
    ),
    "OrganizationInList": record("id name description", _ORGANIZATION),
    "Organization": record(
        "id name description services",
        {
            **_ORGANIZATION,
            "services": {
                "type": "array",
                "items": {"oneOf": [record("id name", {"id": UUID, "name": TEXT}), reference("Service")]},
            },
        },
    ),
    "Problem": record(
        "title status detail",
        {
            "title": TEXT,
            "status": INTEGER,
            "detail": {"type": "string", "description": "What to do, in English."},
            "parameter": {"type": "string", "description": "Name of the parameter that cannot be used."},
        },
        "RFC 9457.",
    ),
}

#: What surrounds the items of a list: the Page of HSDS, with the cursor of ours.
PAGE: dict[str, Schema] = {
    "total_items": INTEGER,
    "total_pages": INTEGER,
    "page_number": {"type": "integer", "description": "Left out when you read with a cursor."},
    "size": INTEGER,
    "first_page": {"type": "boolean"},
    "last_page": {"type": "boolean"},
    "empty": {"type": "boolean"},
    "next_cursor": {
        "type": "string",
        "description": "Not of HSDS. Hand it in as cursor for what follows; left out at the end.",
    },
}
PAGE_REQUIRED = "total_items total_pages size first_page last_page empty contents"


def page_of(*items: Schema) -> Schema:
    """Return a page with items of one of these schemas."""
    contents: Schema = {"type": "array", "items": items[0] if len(items) == 1 else {"anyOf": list(items)}}
    return record(PAGE_REQUIRED, {**PAGE, "contents": contents})
