"""Whose address counts, behind no, one or two proxies."""

import pytest

from zelfregie_core.domain.client_address import client_address

VISITOR, PROXY, INNER = "198.51.100.7", "192.0.2.1", "192.0.2.2"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, None, INNER),
        (0, VISITOR, INNER),
        (1, None, INNER),
        (1, "", INNER),
        (1, VISITOR, VISITOR),
        (1, f"203.0.113.9, {VISITOR}", VISITOR),
        (2, f"203.0.113.9, {VISITOR},{PROXY}", VISITOR),
        (2, VISITOR, VISITOR),
        (1, f"{VISITOR}:50123", VISITOR),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "[2001:db8::7]:50123", "2001:db8::7"),
        (1, "unknown", INNER),
        (1, "<script>", INNER),
    ],
)
def test_client_address_believes_only_what_trusted_proxies_wrote(rf, settings, proxies, header, address):
    settings.ZELFREGIE_TRUSTED_PROXIES = proxies
    headers = {} if header is None else {"X-Forwarded-For": header}

    request = rf.get("/", headers=headers, REMOTE_ADDR=INNER)

    assert client_address(request) == address


def test_client_address_of_a_socket_without_one_is_empty(rf):
    assert client_address(rf.get("/", REMOTE_ADDR="")) == ""
