"""The wizard's drafts name people: encrypted where they lie, reached by rotation, by erasure and by their term."""

import datetime as dt
import json

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context
from people_of_regions import ANNA, run

from zelfregie_core.domain.privacy.rotation import keys_in_use
from zelfregie_core.encryption import PLAIN, key_id
from zelfregie_tenants.checks import check_text_keys
from zelfregie_tenants.domain.backup import encryption_keys, shared_rows
from zelfregie_tenants.domain.region_wizard.drafts import domain_owner
from zelfregie_tenants.models import RegionDraft
from zelfregie_tenants.tasks.region_drafts import throw_away_drafts_task

pytestmark = pytest.mark.django_db

ANSWERS = {
    "naam": {"name": "Kop van Noord", "domain": "kop.test"},
    "mensen": {"people": [{"email": ANNA, "name": "Anna"}, {"email": "bas@voorbeeld.nl", "name": "Bas"}]},
}


def make(slug, **more):
    """A draft as the wizard keeps it, by Anna, with a message about her."""
    given = {"data": ANSWERS, "messages": [{"text": f"{ANNA} kreeg geen mail."}], "decisions": {"wie": ANNA}}
    given |= {"created_by": ANNA, "changed_by": "els@voorbeeld.nl"}
    return RegionDraft.objects.create(slug=slug, **given | more)


def at_rest(slug):
    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM public.zelfregie_tenants_regiondraft d WHERE slug = %s", [slug])
        return cursor.fetchone()[0]


def make_plain(draft):
    """As the release before wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE public.zelfregie_tenants_regiondraft SET data = %s, messages = '[]', decisions = '{}' "
            "WHERE id = %s",
            [json.dumps(ANSWERS), draft.pk],
        )


def test_answers_are_not_readable_in_the_database_and_read_as_they_were_written(hub):
    made = make("kop-van-noord", created_by="els@voorbeeld.nl")

    kept = at_rest("kop-van-noord")

    assert [word in kept for word in (ANNA, "Anna", "Bas", "Kop van Noord", "kreeg")] == [False] * 5
    read = RegionDraft.objects.get(pk=made.pk)
    assert (read.data, read.messages, read.decisions) == (made.data, made.messages, made.decisions)
    assert (domain_owner("kop.test"), domain_owner("kop.test", read)) == (read, None)
    with pytest.raises((FieldError, TypeError)):
        RegionDraft.objects.filter(data__naam__domain="kop.test").first()


def test_answers_of_before_are_read_and_the_hub_encrypts_them_at_night(hub, task_queue):
    old, new = make("oud"), make("leeg", data={}, messages=[], decisions={})
    make_plain(old)
    gone = make("vergeten", changed_at=timezone.now() - dt.timedelta(days=91))
    assert RegionDraft.objects.get(pk=old.pk).data == ANSWERS
    with schema_context("public"):
        assert keys_in_use()[PLAIN] == 1

    with tenant_context(hub):
        throw_away_drafts_task.enqueue()
    task_queue()

    assert (ANNA in at_rest("oud").replace(f",{ANNA},", ""), RegionDraft.objects.get(pk=old.pk).data) == (
        False,
        ANSWERS,
    )
    assert RegionDraft.objects.get(pk=new.pk).data == {}
    assert not RegionDraft.objects.filter(pk=gone.pk).exists()
    with schema_context("public"):
        assert PLAIN not in keys_in_use()


def test_rotation_reaches_the_platform_and_a_region_leaves_it_alone(noord, settings):
    old, key = settings.ZELFREGIE_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    draft = make("kop-van-noord")
    settings.ZELFREGIE_ENCRYPTION_KEYS = [key, old]

    one, before = run("rotate-keys", "--region", "noord"), run("keys")
    rotated, after = run("rotate-keys"), run("keys")

    assert (one[0], before[0], rotated[0], after[0]) == (0, 0, 0, 0)
    assert f"the platform: 3 texts, {key_id(old)}  to be rotated" in before[1]
    assert "the platform: 3 texts encrypted anew" in rotated[1]
    assert f"the platform: 3 texts, {key_id(key)}\n" in after[1]
    settings.ZELFREGIE_ENCRYPTION_KEYS = [key]
    assert RegionDraft.objects.get(pk=draft.pk).data == ANSWERS


def test_lost_key_is_told_by_the_check_and_by_the_field(noord, settings):
    make("kop-van-noord")
    lost = key_id(settings.ZELFREGIE_ENCRYPTION_KEYS[0])
    settings.ZELFREGIE_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    messages = [message.msg for message in check_text_keys(None, databases=["default"])]

    assert f"Personal texts of the platform need a key that is not in ZELFREGIE_ENCRYPTION_KEYS: {lost}." in messages
    with pytest.raises(ImproperlyConfigured, match=rf"RegionDraft\.data .*key id {lost}"):
        RegionDraft.objects.get(slug="kop-van-noord")


def test_backup_of_a_region_takes_its_draft_encrypted_and_counts_its_keys(zuid):
    connection.set_schema_to_public()
    make("anders")
    draft = make("zuid", region=zuid)
    session = connection.connection

    lines = list(shared_rows.lines(session, RegionDraft, zuid.pk))
    needed = encryption_keys.needed(session, "region_zuid")
    shared_rows.replace_rows(zuid, RegionDraft, [json.loads(line) for line in lines])

    assert [b"Bas" in line for line in lines] == [False]
    before = encryption_keys.needed(session, "region_noord")
    assert sum(needed.values()) == sum(before.values()) + 3
    again = RegionDraft.objects.get(region=zuid)
    assert (again.data, again.messages, again.pk == draft.pk) == (ANSWERS, draft.messages, False)


def test_erasing_reaches_drafts_where_they_are_and_no_others(hub, noord, zuid):
    make("kop-van-noord")
    make("zuid", region=zuid)
    make("noord", region=noord, created_by="els@voorbeeld.nl")
    without = {**ANSWERS, "mensen": {"people": [{"email": "bas@voorbeeld.nl", "name": "Bas"}]}}

    told = run("erase", ANNA, "--region", "landelijk")
    assert RegionDraft.objects.get(slug="kop-van-noord").data == ANSWERS
    done = run("erase", ANNA, "--region", "landelijk", "--yes")

    assert (told[0], "Regio's in de maak" in told[1], done[0]) == (0, True, 0), done
    loose, of_zuid, of_noord = (RegionDraft.objects.get(slug=slug) for slug in ("kop-van-noord", "zuid", "noord"))
    assert (loose.data, loose.messages, loose.decisions, loose.created_by) == (without, [{"text": ""}], {"wie": ""}, "")
    # Anna's account was of the hub; what zuid asked of her is zuid's.
    assert (of_zuid.data, of_zuid.created_by, of_noord.version) == (ANSWERS, "", 1)

    done = run("erase", ANNA, "--region", "zuid", "--yes")

    assert (done[0], RegionDraft.objects.get(slug="zuid").data) == (0, without)
    assert RegionDraft.objects.get(slug="noord").data == ANSWERS
