"""Fill the plain Wagtail site: its tables and five pages. Run by bench/run.py."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "plain.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- after setup
from wagtail.models import Page, Site  # noqa: E402 -- after setup

call_command("migrate", verbosity=0, interactive=False)
home = Site.objects.get(is_default_site=True).root_page
for number in range(5 - Page.objects.child_of(home).count()):
    home.add_child(instance=Page(title=f"Pagina {number}", slug=f"pagina-{number}", show_in_menus=True))
print("{}")
