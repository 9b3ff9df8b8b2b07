"""Anna, who is everything at once in two regions, in rows with the same keys; beside her stands Bas."""

import json

from click.testing import CliRunner
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group as Role
from django.db import connection
from wagtail.log_actions import log
from wagtail.models import Comment, Page, Site

from zelfregie_core.domain.roles import GROUP_NAMES
from zelfregie_core.models import ContentPage
from zelfregie_groups.models import Group, ImportedRow, ImportRun, ImportRunRow, ImportSource
from zelfregie_referrals.models import Practice
from zelfregie_stories.models import Story
from zelfregie_tenants.cli import main

ANNA = "anna@voorbeeld.nl"
MADE = (Story, Group, ImportedRow, ImportRunRow, Practice, Page, Comment, get_user_model())


def fill(slug: str) -> None:
    """Make the rows of the current region, with its name in every text."""
    users = get_user_model().objects
    anna = users.create_user("Anna@Voorbeeld.nl", "Anna@Voorbeeld.nl", first_name=f"Anna {slug}")
    users.create_user("bas@voorbeeld.nl", "bas@voorbeeld.nl")
    for user in users.filter(email__iendswith="voorbeeld.nl"):
        user.groups.add(Role.objects.get(name=GROUP_NAMES["administrator"]))
    for email in (ANNA, "anna+verhaal@voorbeeld.nl", "bas@voorbeeld.nl", "hanna@voorbeeld.nl"):
        Story.objects.create(
            title="T", author_name="X", body=f"Over {slug} van {email.split('@')[0]}.", contact_email=email
        )
    group = Group.objects.create(
        name=f"Groep {slug}", host_name="Anna", host_email=ANNA, welcomed_by="Anna staat klaar"
    )
    values = json.dumps({"host_email": ANNA, "host_name": "Anna", "name": f"Groep {slug}"})
    source = ImportSource.objects.create(name="Lijst")
    ImportedRow.objects.create(source=source, key="id:1", group=group, values=values)
    run = ImportRun.objects.create(source=source, started_by=anna)
    ImportRunRow.objects.create(run=run, number=2, cells=values)
    Practice.objects.create(name=f"Praktijk {slug}", email=ANNA, source_id="1", imported_values={"email": ANNA})
    home = Site.objects.get().root_page
    page = home.add_child(instance=ContentPage(title=f"Rouw in {slug}", slug="rouw-bij-ons", owner=anna))
    page.save_revision(user=anna, log_action=True)
    Comment.objects.create(page=page, user=anna, text=f"Klopt dit in {slug}?", contentpath="title")
    log(anna, "wagtail.edit", user=users.get(email="bas@voorbeeld.nl"))


def everything() -> dict[str, list[tuple[str]]]:
    """Every row of the current schema, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608 -- names of tables
            found[table] = cursor.fetchall()
    return found


def run(*arguments: str) -> tuple[int, str]:
    """Run `zelfregie privacy` as from a shell; return exit code and output."""
    before = connection.tenant
    connection.set_schema_to_public()
    try:
        result = CliRunner().invoke(main, ["privacy", *arguments])
    finally:
        connection.set_tenant(before)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output
