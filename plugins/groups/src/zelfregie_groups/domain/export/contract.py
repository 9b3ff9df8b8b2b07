"""What the read API serves: its paths, their parameters and what they answer.

After the API reference of HSDS 3.0 (docs.openreferral.org/en/3.0/hsds/api_reference.html). The views read their
parameters with this, and the OpenAPI document is made from it, so that the two cannot drift apart.
"""

from dataclasses import dataclass

from zelfregie_groups.domain.export.parameters import Parameter

PER_PAGE = 50
LARGEST_PAGE = 1000
#: Deeper pages cost the database more and more; who wants everything uses the cursor.
LAST_PAGE = 10_000
PROXIMITY = 15_000

SEARCH = Parameter("search", "string", "Words to look for, in Dutch; themes and their synonyms count.", example="rouw")
PAGE = Parameter("page", "integer", "Number of the page.", default=1, minimum=1, maximum=LAST_PAGE, example=1)
SIZE = Parameter("per_page", "integer", "Items per page.", default=PER_PAGE, minimum=1, maximum=LARGEST_PAGE, example=2)
FORMAT = Parameter(
    "format",
    "choice",
    "json gives a page; ndjson gives everything, one JSON object per line, without pages.",
    default="json",
    choices=("json", "ndjson"),
    example="json",
)
CURSOR = Parameter(
    "cursor",
    "string",
    "For who reads everything: the value of next_cursor of the page before; empty for the first page. Unlike page it "
    "skips and repeats nothing while groups come and go. Use the same other parameters each time.",
    example="",
)
TERM = Parameter("taxonomy_term_id", "uuid", "Only what this taxonomy term says something of.")
TAXONOMY = Parameter("taxonomy_id", "uuid", "Only what some term of this taxonomy says something of.")
ORGANIZATION = Parameter("organization_id", "uuid", "Only what this organization offers.")
MODIFIED = Parameter(
    "modified_after",
    "date-time",
    "Only what changed at or after this moment. A group that is gone is not in the answer: compare with minimal=true.",
    example="2020-01-01T00:00:00Z",
)
MINIMAL = Parameter(
    "minimal",
    "boolean",
    "Only id and modified_date of every item, in one page: to see what changed and what is gone.",
    default=False,
    example="true",
)
FULL = Parameter("full", "boolean", "Items with everything that belongs to them.", default=False, example="true")
FULL_SERVICE = Parameter(
    "full_service", "boolean", "The services of the organization in full.", default=False, example="true"
)
POSTCODE = Parameter("postcode", "string", "Dutch postcode or place to look around.", example="6411")
NEAR = Parameter(
    "proximity",
    "integer",
    "How far around the postcode, in metres.",
    default=PROXIMITY,
    minimum=1,
    maximum=200_000,
    example=25_000,
)
TOP_ONLY = Parameter(
    "top_only", "boolean", "Only terms without a parent; all of ours are such.", default=False, example="true"
)
PARENT = Parameter("parent_id", "uuid", "Only terms below this one; ours have no levels.")

_PAGES = (PAGE, SIZE, FORMAT)


@dataclass(frozen=True)
class Endpoint:
    """A path of the API.

    :param path: below the API's address.
    :param item: name of the schema of the answer, or of an item in a list.
    :param full_item: name of the schema of an item when the client asks for full ones.
    """

    path: str
    operation: str
    summary: str
    item: str
    parameters: tuple[Parameter, ...] = ()
    is_list: bool = False
    full_item: str = ""


ENDPOINTS = {
    endpoint.operation: endpoint
    for endpoint in (
        Endpoint("/", "getAPIMetaInformation", "About this API and its relation to HSDS.", "About"),
        Endpoint("/openapi.json", "getOpenAPIDocument", "This description.", "Document"),
        Endpoint(
            "/services",
            "getPaginatedListOfServices",
            "The groups of the region, a page at a time.",
            "ServiceInList",
            (SEARCH, *_PAGES, CURSOR, TERM, TAXONOMY, ORGANIZATION, MODIFIED, MINIMAL, FULL),
            is_list=True,
            full_item="Service",
        ),
        Endpoint("/services/{id}", "getFullyNestedServiceById", "One group with all that belongs to it.", "Service"),
        Endpoint(
            "/taxonomies",
            "getPaginatedListOfTaxonomies",
            "The taxonomies with which groups are classified.",
            "Taxonomy",
            (SEARCH, *_PAGES),
            is_list=True,
        ),
        Endpoint("/taxonomies/{id}", "getTaxonomyById", "One taxonomy.", "Taxonomy"),
        Endpoint(
            "/taxonomy_terms",
            "getPaginatedListOfTaxonomyTerms",
            "The terms, such as the themes of the region.",
            "TaxonomyTerm",
            (SEARCH, *_PAGES, TAXONOMY, TOP_ONLY, PARENT),
            is_list=True,
        ),
        Endpoint("/taxonomy_terms/{id}", "getTaxonomyTermById", "One term with its taxonomy.", "TaxonomyTerm"),
        Endpoint(
            "/organizations",
            "getPaginatedListOfOrganizations",
            "The region's organization, which offers all groups.",
            "OrganizationInList",
            (SEARCH, FULL_SERVICE, FULL, *_PAGES),
            is_list=True,
            full_item="Organization",
        ),
        Endpoint(
            "/organizations/{id}",
            "getOrganizationById",
            "The region's organization with its groups.",
            "Organization",
            (FULL_SERVICE,),
        ),
        Endpoint(
            "/service_at_locations",
            "getPaginatedListOfServiceAtLocation",
            "Where each group meets, a page at a time.",
            "ServiceAtLocationInList",
            (SEARCH, TERM, TAXONOMY, ORGANIZATION, MODIFIED, FULL, *_PAGES, CURSOR, POSTCODE, NEAR),
            is_list=True,
            full_item="ServiceAtLocation",
        ),
        Endpoint(
            "/service_at_locations/{id}",
            "getServiceAtLocationWithNestedDataById",
            "One group at its place, with all that belongs to both.",
            "ServiceAtLocation",
        ),
    )
}
