"""Queries per page, uncached, in a region with 60 groups or more. Prints JSON: path to number of queries."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zelfregie_tenants.settings.development")

import django

django.setup()

from django.core.cache import caches  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402 -- after setup
from django.test import Client  # noqa: E402 -- after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- after setup


def main() -> None:
    """Arguments: host, then paths."""
    host, paths = sys.argv[1], sys.argv[2:]
    client = Client(SERVER_NAME=host)
    counts = {}
    for path in paths:
        client.get(path)  # templates and code are loaded by the first request
        for cache in caches.all():
            cache.clear()
        connection.set_schema_to_public()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        if response.status_code != 200:
            sys.exit(f"{path} answered {response.status_code}")
        counts[path] = sum(1 for query in queries if not query["sql"].startswith("SET search_path"))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
