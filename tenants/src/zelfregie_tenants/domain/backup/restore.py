"""Restoring: a region as it was saved, on this installation or another, under its own name or another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

from zelfregie_tenants.domain.backup import encryption_keys, load, scratch, shared_rows
from zelfregie_tenants.domain.backup.archive import Archive, read_archive, sha256_of
from zelfregie_tenants.domain.backup.check import note_checked, noting_damage
from zelfregie_tenants.domain.backup.contents import Contents, platform_migrations, read_contents, refuse_newer
from zelfregie_tenants.domain.backup.errors import BackupProblem
from zelfregie_tenants.domain.backup.make import Progress, backup_locked, quiet
from zelfregie_tenants.domain.backup.rows import Sum
from zelfregie_tenants.domain.backup.target import Target, target_of
from zelfregie_tenants.domain.database_roles import grant_schema, make_role
from zelfregie_tenants.domain.directory.rebuild import rebuild_region
from zelfregie_tenants.domain.domains import DomainTaken, set_domains
from zelfregie_tenants.domain.life_cycle import log_event
from zelfregie_tenants.domain.region_lock import region_lock
from zelfregie_tenants.domain.schemas import schema_exists
from zelfregie_tenants.models import Region, RegionBackup, RegionDraft, RegionEvent


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    :param region: as it is now.
    :param contents: what the backup says of itself.
    :param safety: the backup of what was there before; None when nothing was.
    :param migrated: whether the schema was of an older release and was brought to this one.
    :param notes: sentences for the operator.
    """

    region: Region
    contents: Contents
    safety: RegionBackup | None
    migrated: bool
    notes: tuple[str, ...]


def restore_region(
    path: Path,
    *,
    slug: str | None = None,
    hosts: Sequence[str] = (),
    replace: str | None = None,
    identity: Path | None = None,
    recipients: Sequence[str] = (),
    operator: str = "",
    progress: Progress = quiet,
) -> Restored:
    """Make a region from a backup. Other regions are served meanwhile; so is this one, until the moment of the swap.

    Everything is made and compared out of sight first; one transaction then puts it in place. Killed at any moment it
    leaves the region as it was, or restored; what it leaves besides, the next restore or `clear_up_all` puts right.

    Args:
        path: the backup.
        slug: another name for the region; None: its own.
        hosts: its domains, the primary one first; none: those that were saved.
        replace: the slug of the region that may be overwritten; a backup of it is made first.
        identity: the file with the key, for an encrypted backup.
        recipients: public keys for which the safety backup is encrypted.
        operator: the login name of who does it, for the log of regions.
        progress: is told what is being done.

    Raises:
        BackupProblem: why it cannot be done. Nothing was changed.
        RegionBusy: someone else is working on the region.
    """
    progress("Reading the backup")
    with (
        schema_context(get_public_schema_name()),
        noting_damage(path),
        read_archive(path, identity, scratch.backup_folder()) as archive,
    ):
        contents = read_contents(archive.contents, path)
        refuse_newer(contents, path)
        encryption_keys.refuse_missing(contents, path)
        wanted = slug or contents.slug
        target_of(contents, path, wanted, hosts, replace)  # refused before anything is locked or made
        with region_lock(wanted):
            scratch.clear_up(wanted)
            target = target_of(contents, path, wanted, hosts, replace)
            safety = None
            if target.region is not None and schema_exists(target.schema):
                progress("Backing up what is there")
                safety = backup_locked(target.region, recipients=recipients)
            try:
                migrated = _prepare(archive, contents, target, progress)
                progress("Putting it in place")
                with transaction.atomic():
                    region = _swap(archive, contents, target, operator)
            except BaseException:
                # As after a kill: the schemas tell whether it was committed, and then the files must follow.
                connection.set_schema_to_public()
                scratch.clear_up(wanted)
                raise
            scratch.finish_swap(target.schema)
            _remember(region, contents, path)
    notes = [] if contents.data["media"] else ["The backup has no files."]
    if contents.data["region"]["state"] != region.state:
        notes.append(f"It was {contents.data['region']['state']} when it was saved, and is {region.state} now.")
    return Restored(region, contents, safety, migrated, tuple(notes))


def _prepare(archive: Archive, contents: Contents, target: Target, progress: Progress) -> bool:
    """Make schema and files out of sight; return whether the schema had to be migrated."""
    hidden = scratch.restoring_name(target.schema)
    progress("Loading rows, and comparing them")
    load.load_schema(archive, contents, hidden)
    progress("Bringing it to this release")
    migrated = load.bring_up_to_date(contents, hidden)
    load.refuse_unreadable_texts(hidden)
    progress("Writing files")
    load.load_media(archive, contents, hidden)
    return migrated


def _swap(archive: Archive, contents: Contents, target: Target, operator: str) -> Region:
    """Put schema and shared rows in place; runs inside one transaction."""
    hidden, replaced = scratch.restoring_name(target.schema), scratch.replaced_name(target.schema)
    with connection.cursor() as cursor:
        if schema_exists(target.schema):
            cursor.execute(f'ALTER SCHEMA "{target.schema}" RENAME TO "{replaced}"')
        else:  # also without anything to replace it says that the files have to follow
            cursor.execute(f'CREATE SCHEMA "{replaced}"')
        cursor.execute(f'ALTER SCHEMA "{hidden}" RENAME TO "{target.schema}"')
    before = target.region.state if target.region else ""
    region = _registered(contents, target)
    make_role(region)
    grant_schema(region)
    log_event(
        region.slug,
        str(RegionEvent.Action.RESTORE),
        operator=operator,
        reason=f"{contents.slug}, {contents.made_at:%Y-%m-%d %H:%M} UTC",
        before=before,
        after=region.state,
    )
    for model in shared_rows.TRAVELLING:
        if model is RegionDraft and target.slug != contents.slug:
            continue  # the wizard's answers are of the region with the old name
        _replace(archive, contents, region, model)
    if target.hosts:
        try:
            set_domains(region, list(target.hosts))
        except DomainTaken as error:
            message = f"{error} Nothing was changed."
            raise BackupProblem(message) from error
    # What was asked of the region that was there is about rows that are gone.
    DBTaskResult.objects.filter(envelope__schema_name=target.schema, status=TaskResultStatus.READY).delete()
    with tenant_context(region):
        rebuild_region(region)
    return region


def _registered(contents: Contents, target: Target) -> Region:
    """Return the region's own row, written as it was saved, in the state that it may have here."""
    row = contents.data["region"]
    region = target.region or Region(slug=target.slug)
    for field in Region._meta.concrete_fields:
        if field.name not in shared_rows.OWN_FIELDS and field.column in row:
            setattr(region, field.attname, shared_rows.value_of(field, row[field.column]))
    if target.is_moved:
        region.state = Region.State.PREPARED
    region.save()
    return region


def _replace(archive: Archive, contents: Contents, region: Region, model: type[Model]) -> None:
    """Put the rows of one shared table in place, and compare them with those that were saved."""
    label = model._meta.label
    saved = contents.data["shared"].get(label)
    if saved is None:  # of a release before this table
        return
    found = shared_rows.replace_rows(region, model, _rows(archive, label))
    # A draft of the wizard may be put at rest, and another release may have other columns: then their number counts.
    exact = model is not RegionDraft and contents.data["platform"] == platform_migrations()
    expected = Sum(saved["rows"], saved["checksum"])
    if found != expected.rows or (exact and shared_rows.current_sum(region, model) != expected):
        message = f"The rows of {label} are not the same after restoring. Nothing was changed."
        raise BackupProblem(message)


def _rows(archive: Archive, label: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a shared table; a line never spans more than what was read."""
    rest = b""
    for chunk in archive.chunks(f"shared/{label}.jsonl"):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield json.loads(line)


def _remember(region: Region, contents: Contents, path: Path) -> None:
    """Note that this backup works: with the region that it is of, and with this one when it is the same."""
    now, digest = timezone.now(), sha256_of(path)
    note_checked(path)
    RegionBackup.objects.filter(sha256=digest).update(restored_at=now)
    if region.slug == contents.slug and not region.backups.filter(sha256=digest).exists():
        RegionBackup.objects.create(
            region=region,
            made_at=contents.made_at,
            location=str(path.absolute()),
            sha256=digest,
            size=path.stat().st_size,
            encrypted=path.suffix == ".age",
            release=contents.release,
            verified_at=now,
            restored_at=now,
        )
