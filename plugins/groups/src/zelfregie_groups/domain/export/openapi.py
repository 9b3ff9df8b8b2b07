"""The OpenAPI 3.1 document of the read API, made from the contract that the views use."""

from typing import Any

from zelfregie_groups.domain.export.context import RegionContext
from zelfregie_groups.domain.export.contract import ENDPOINTS, Endpoint
from zelfregie_groups.domain.export.openapi_schemas import SCHEMAS, page_of, reference
from zelfregie_groups.domain.export.parameters import Parameter

VERSION = "1.0.0"
LICENCE_NAME = "EUPL-1.2 (the software); the data: of the region, see its website"
ERRORS = {
    "400": "A parameter cannot be used; the answer names it.",
    "404": "There is no such thing, or no longer.",
    "429": "Too many requests; Retry-After says how many seconds to wait.",
}


def openapi_document(region: RegionContext) -> dict[str, Any]:
    """Return the description of the API of one region."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"{region.name}: self-help groups (HSDS 3.0)",
            "version": VERSION,
            "summary": "Read the published self-help groups of this region as open data.",
            "description": "Answers a client of the HSDS API reference 3.0. No key is needed. It never holds a host's "
            "name, e-mail address or telephone number.",
            "license": {"name": LICENCE_NAME, "url": region.home},
            "contact": {"name": region.name, "url": region.home},
        },
        "servers": [{"url": f"{region.base}{region.api_path}".rstrip("/")}],
        "paths": {endpoint.path: _path(endpoint) for endpoint in ENDPOINTS.values()},
        "components": {"schemas": SCHEMAS},
    }


def _path(endpoint: Endpoint) -> dict[str, Any]:
    path: dict[str, Any] = {"get": _operation(endpoint)}
    if "{id}" in endpoint.path:
        path["parameters"] = [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "As a list gives it.",
                "schema": {"type": "string", "format": "uuid"},
            }
        ]
    return path


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    codes = [code for code in ERRORS if code != "404" or "{id}" in endpoint.path]
    return {
        "operationId": endpoint.operation,
        "summary": endpoint.summary,
        "parameters": [
            *(_parameter(parameter) for parameter in endpoint.parameters),
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": "The ETag of an earlier answer: when nothing changed, the answer is 304 without a body.",
                "schema": {"type": "string"},
            },
        ],
        "responses": {
            "200": {"description": endpoint.summary, "headers": _headers(), "content": _content(endpoint)},
            "304": {"description": "Nothing changed since the answer with this ETag."},
            **{code: _problem(ERRORS[code]) for code in codes},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": parameter.schema(),
    }
    if parameter.kind == "string":
        described["allowEmptyValue"] = True
    return described if parameter.example is None else {**described, "example": parameter.example}


def _content(endpoint: Endpoint) -> dict[str, Any]:
    items = [reference(name) for name in (endpoint.item, endpoint.full_item) if name]
    if any(parameter.name == "minimal" for parameter in endpoint.parameters):
        items.append(reference("Minimal"))
    if not endpoint.is_list:
        return {"application/json": {"schema": items[0]}}
    line = items[0] if len(items) == 1 else {"anyOf": items}
    return {"application/json": {"schema": page_of(*items)}, "application/x-ndjson": {"schema": line}}


def _headers() -> dict[str, Any]:
    return {
        "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
        "Cache-Control": {"description": "How long the answer may be kept.", "schema": {"type": "string"}},
    }


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": reference("Problem")}}}
