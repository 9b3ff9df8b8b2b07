"""Rotating keys that is killed (-9) at any moment, for real: another process, a database of its own."""

import json
import os
import random
import uuid

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.utils import timezone
from own_platform import own_platform

from zelfregie_core.encryption import decrypt, encrypt, key_id

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUNDS = int(os.environ.get("ZELFREGIE_KILL_ROUNDS", "2"))
STORIES, DRAFTS = 150, 20
COLUMNS = ("title", "author_name", "body", "moderation_note", "contact_email")
INSERT_STORY = (
    "INSERT INTO region_{}.zelfregie_stories_story (public_id, source_id, source_fingerprint, search_text, status, "
    "needs_care, submitted_at, consent_text, consent_version, title, author_name, body, moderation_note, contact_email)"
    " VALUES (%s, '', '', '', 'submitted', false, %s, '', '', %s, %s, %s, %s, %s)"
)
INSERT_DRAFT = (
    "INSERT INTO zelfregie_tenants_regiondraft (slug, data, logo, logo_suffix, favicon, favicon_suffix, step, state, "
    "messages, version, created_by, changed_by, created_at, changed_at) "
    "VALUES (%s, %s, '', '', '', '', 'naam', 'editing', '[]', 1, '', '', now(), now())"
)


@pytest.fixture
def keys(settings):
    """The new key, and the old one after it."""
    return [Fernet.generate_key().decode(), settings.ZELFREGIE_ENCRYPTION_KEYS[0]]


@pytest.fixture
def platform(keys):
    """A database with texts of the old key, of before key ids and plain ones, and commands that have both keys."""
    bare = Fernet(keys[1])
    with own_platform("rotation", ZELFREGIE_TEST_ENCRYPTION_KEYS=",".join(keys)) as found:
        with psycopg.connect(found.dsn) as session:
            for slug in ("noord", "zuid"):
                for number in range(STORIES):
                    texts = [f"{column} {number} van {slug}" for column in COLUMNS]
                    body = bare.encrypt(texts[2].encode()).decode()
                    stored = [texts[0], encrypt(texts[1]), body, *(encrypt(text) for text in texts[3:])]
                    session.execute(INSERT_STORY.format(slug), [uuid.uuid4(), timezone.now(), *stored])
            for number in range(DRAFTS):
                answers = json.dumps({"mensen": [f"anna{number}@voorbeeld.nl"]})
                stored = answers if number % 2 else json.dumps(encrypt(answers))
                session.execute(INSERT_DRAFT, [f"concept-{number}", stored])
        yield found


def stored(platform, slug):
    """Every text of a region as the database has it, by what it must read as."""
    rows = platform.query(f"SELECT {', '.join(COLUMNS)} FROM region_{slug}.zelfregie_stories_story ORDER BY id")  # noqa: S608 -- names of ours
    return {
        f"{column} {number} van {slug}": text
        for number, row in enumerate(rows)
        for column, text in zip(COLUMNS, row, strict=True)
    }


def unreadable(platform):
    """Texts and answers that do not read as they were written; with whatever key."""
    texts = {**stored(platform, "noord"), **stored(platform, "zuid")}
    wrong = [text for text, found in texts.items() if text not in (found, ":" in found and decrypt(found))
             and not (found.startswith("gAAAA") and decrypt(found) == text)]  # fmt: skip
    assert len(texts) == 2 * STORIES * len(COLUMNS)
    drafts = platform.query("SELECT slug, data FROM zelfregie_tenants_regiondraft ORDER BY id")
    for slug, data in drafts:
        answers = json.loads(decrypt(data)) if isinstance(data, str) else data
        if answers != {"mensen": [f"anna{slug.removeprefix('concept-')}@voorbeeld.nl"]}:
            wrong.append(slug)
    assert len(drafts) == DRAFTS
    return wrong


def done(platform, key):
    """How many texts and answers are encrypted with a key."""
    parts = [
        f"SELECT count(*) FROM region_{slug}.zelfregie_stories_story WHERE {column} LIKE %s"  # noqa: S608 -- names of ours
        for slug in ("noord", "zuid")
        for column in COLUMNS
    ]
    parts.append("SELECT count(*) FROM zelfregie_tenants_regiondraft WHERE data #>> '{}' LIKE %s")
    counted = platform.query(" UNION ALL ".join(parts), *[f"{key_id(key)}:%"] * len(parts))
    return sum(number for (number,) in counted)


def test_rotation_killed_at_any_moment_loses_no_text_and_goes_on_from_there(platform, keys, settings):
    settings.ZELFREGIE_ENCRYPTION_KEYS = keys
    everything = 2 * STORIES * len(COLUMNS) + DRAFTS
    halfway = [0]

    for part in range(ROUNDS):
        # So far along it is killed, whatever the speed of the machine: early, later, nearly at the end.
        goal = everything * (part + random.random()) / (ROUNDS + 1)
        platform.kill_after(
            lambda goal=goal: done(platform, keys[0]) > goal, "privacy", "rotate-keys", "--batch", "1", delay=0
        )
        assert unreadable(platform) == []
        halfway.append(done(platform, keys[0]))
        assert halfway[-1] > halfway[-2]
    assert halfway[-1] < everything

    code, output = platform.run("privacy", "rotate-keys")

    assert (code, unreadable(platform), done(platform, keys[0])) == (0, [], everything), output
    assert f"the platform: {DRAFTS - halfway[-1] if halfway[-1] < DRAFTS else 0} texts encrypted anew" in output
    settings.ZELFREGIE_ENCRYPTION_KEYS = keys[:1]
    assert unreadable(platform) == []
