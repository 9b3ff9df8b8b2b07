"""The plain site with one more model: made-up groups, found through Wagtail's own search in the database."""

from plain.settings import *  # noqa: F403 -- the plain site, and one app more
from plain.settings import INSTALLED_APPS as PLAIN

INSTALLED_APPS = [*PLAIN, "plain"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "dutch"}}
