"""Keys of encrypted texts are told, checked and rotated, and terms kept, in one region and in no other."""

import base64
import datetime as dt
import logging

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from people_of_regions import MADE, everything, fill, run

from zelfregie_core.checks import check_encryption_keys
from zelfregie_core.domain.privacy.rotation import keys_in_use, rotate, unknown_keys
from zelfregie_core.encryption import OLD_FORM, PLAIN, key_id
from zelfregie_core.tasks import keep_terms_task
from zelfregie_stories.models import Story
from zelfregie_tenants.checks import check_text_keys
from zelfregie_tenants.domain.backup.contents import Contents
from zelfregie_tenants.domain.backup.encryption_keys import refuse_missing
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region
from zelfregie_tenants.tasks.schedule import enqueue_due_tasks

pytestmark = pytest.mark.django_db
KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="module")
def both(shared_rows, shared_numbers):
    """Anna is everything at once, in two regions, in rows with the same keys; beside her stands Bas."""
    for model in MADE:
        shared_numbers(model)
    for slug in ("noord", "zuid"):
        with tenant_context(shared_rows[slug]):
            fill(slug)
    return shared_rows["noord"], shared_rows["zuid"]


def _stored(field="body"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM zelfregie_stories_story ORDER BY id")  # noqa: S608 -- names of columns
        return [value for (value,) in cursor.fetchall()]


def test_keys_are_rotated_in_steps_that_can_be_stopped_and_in_one_region(both, settings):
    _noord, zuid = both
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    texts = [story.body for story in Story.objects.order_by("pk")]
    before_ids, plain = Fernet(old).encrypt(b"Van voor de nummers.").decode(), "Nog niet versleuteld"
    with connection.cursor() as cursor:
        last = Story.objects.order_by("pk").last()
        cursor.execute(
            "UPDATE zelfregie_stories_story SET body = %s, title = %s WHERE id = %s", [before_ids, plain, last.pk]
        )
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]
    assert set(keys_in_use()) == {key_id(old), OLD_FORM, PLAIN}
    with tenant_context(zuid):
        of_zuid = everything()

    stopped = next(rotate(batch=1))
    halfway = keys_in_use()
    rest = sum(rotate(batch=3))

    assert (stopped, halfway[key_id(new)], rest) == (1, 1, sum(halfway.values()) - 1)
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    assert set(keys_in_use()) == {key_id(new)}
    assert [story.body for story in Story.objects.order_by("pk")] == [*texts[:-1], "Van voor de nummers."]
    assert Story.objects.get(pk=last.pk).title == plain
    assert (plain in _stored("title"), sum(rotate())) == (False, 0)
    with tenant_context(zuid):
        assert everything() == of_zuid
        assert unknown_keys() == [key_id(old)]


def test_commands_tell_which_keys_are_needed_and_rotate_all(both, settings):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    lost = run("keys", "--region", "noord")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]

    before, rotated, after = run("keys"), run("rotate-keys"), run("keys")

    assert (lost[0], f"{key_id(old)}  THIS KEY IS NOT HERE" in lost[1]) == (1, True)
    assert (before[0], before[1].count("to be rotated") >= 2) == (0, True)
    assert (rotated[0], "No text needs another key than the first one." in rotated[1]) == (0, True)
    assert (after[0], old in after[1], new in after[1], "to be rotated" in after[1]) == (0, False, False, False)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ([], "there is none"),
        (["geheim"], "key 1 is no key: it must be 32 bytes in url-safe base64"),
        ([base64.urlsafe_b64encode(b"wachtwoord-wachtwoord-wachtwoord").decode()], "key 1 can be guessed"),
        ([KEY, KEY], "a key is there twice"),
    ],
)
def test_keys_that_protect_nothing_are_refused_without_showing_them(keys, says, settings):
    settings.ZELFREGIE_ENCRYPTION_KEYS = keys

    (message,) = check_encryption_keys(None)

    assert (message.id, says in message.msg, any(key in message.msg for key in keys)) == (
        "zelfregie_core.E002",
        True,
        False,
    )


def test_check_names_the_regions_whose_key_is_gone(both, settings):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]
    assert check_text_keys(None, databases=["default"]) == []
    list(rotate())

    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]
    (message,) = check_text_keys(None, databases=["default"])

    assert message.id == "zelfregie_tenants.E011"
    assert message.msg.startswith("Personal texts of zuid need a key")
    assert message.msg.endswith(f"{key_id(old)}.")


def test_backup_names_its_keys_and_is_refused_without_them_before_anything_is_changed(both, settings, tmp_path):
    old, new = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    contents = Contents({"encryption_keys": {key_id(old): 12, OLD_FORM: 3}})
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new]

    with pytest.raises(BackupProblem, match=rf"12 personal texts .* \(key id {key_id(old)}\)"):
        refuse_missing(contents, tmp_path / "noord.zip")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [new, old]

    assert refuse_missing(contents, tmp_path / "noord.zip") is None


def test_terms_are_kept_also_where_a_site_is_closed_and_a_plugin_is_off(both, task_queue, caplog):
    noord, zuid = both
    set_plugin_enabled(noord, "stories", enabled=False)
    Region.objects.filter(pk=noord.pk).update(state="suspended")
    Region.objects.filter(pk=zuid.pk).update(state="archived")
    long_ago = timezone.now() - dt.timedelta(days=400)
    for region in both:
        with tenant_context(region):
            Story.objects.update(status="withdrawn", closed_at=long_ago)

    with caplog.at_level(logging.INFO):
        asked = enqueue_due_tasks()
        task_queue()

    terms = sorted(slug for slug, path in asked if path == keep_terms_task.module_path)
    assert {"noord", "zuid"} <= set(terms)
    assert [path for slug, path in asked if slug in ("noord", "zuid")] == [keep_terms_task.module_path] * 2
    for region in both:
        with tenant_context(region):
            assert Story.objects.count() == 0
    assert "stories_sent_in 4" in caplog.text
    assert "voorbeeld.nl" not in caplog.text
