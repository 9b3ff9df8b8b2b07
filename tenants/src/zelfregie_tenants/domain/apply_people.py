"""The people who may sign in, with their roles."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.contrib.auth.models import Group

from zelfregie_core.domain.roles import GROUP_NAMES, ROLE_LABELS, Role
from zelfregie_tenants.domain.plan_items import Action, Current, Orders, Wanted, digest_of
from zelfregie_tenants.manifest import Editor, Manifest
from zelfregie_tenants.models import AppliedItem, Region

LEFT = "no longer in the folder; keeps the account: block it on the site"
_ROLES = {name: role for role, name in GROUP_NAMES.items()}


class PeoplePart:
    """One account per editor; its name is the e-mail address.

    Compared as a whole, by digest: of people the platform keeps no more than the address in its own tables.
    A new account has a random password that nobody knows: its owner chooses one by the link of the invitation.
    """

    kind = "editor"
    authoritative = False
    removes = False

    def __init__(self, passwords: Mapping[str, str] | None = None) -> None:
        """Give new accounts the password of their role; without one a random one each."""
        self._passwords = passwords or {}

    def wanted(self, manifest: Manifest) -> list[Wanted]:
        """Return one item per editor."""
        return [
            Wanted(editor.email, _digest(editor.name, [editor.role], True), _shown(editor.name, [editor.role]), editor)
            for editor in manifest.editors
        ]

    def current(self, region: Region, applied: Mapping[str, AppliedItem]) -> Mapping[str, Current]:
        """Return all accounts of the site, by e-mail address."""
        found = {}
        for user in get_user_model().objects.prefetch_related("groups"):
            roles = sorted(_ROLES[group.name].value for group in user.groups.all() if group.name in _ROLES)
            words = _shown(user.get_full_name(), roles) + ("" if user.is_active else ", blocked")
            digest = _digest(user.get_full_name(), roles, user.is_active)
            found[user.get_username().lower()] = Current(digest, words, left=LEFT)
        return found

    def write(self, region: Region, manifest: Manifest, orders: Orders) -> Mapping[str, str]:
        """Make the accounts, or change name and role of those that nobody touched."""
        model = get_user_model()
        groups = {group.name: group for group in Group.objects.filter(name__in=_ROLES)}
        for action, item in orders:
            editor: Editor = item.payload
            first, _space, last = editor.name.partition(" ")
            if action is Action.CREATE:
                user = model(username=editor.email, email=editor.email, first_name=first, last_name=last)
                known = self._passwords.get(editor.role)
                user.password = _known_password(known) if known else _unknown_password()
                user.save(force_insert=True)
            else:
                user = model.objects.get(username=editor.email)
                user.first_name, user.last_name = first, last
                user.save(update_fields=["first_name", "last_name"])
                user.groups.remove(*groups.values())
            user.groups.add(groups[GROUP_NAMES[Role(editor.role)]])
        return {}


@cache
def _known_password(password: str) -> str:
    """Return the hash of a demonstration's password; one per process, because hashing is slow on purpose."""
    return make_password(password)


def _unknown_password() -> str:
    """Return the hash of a password that nobody knows.

    One round is enough, because 320 random bits cannot be guessed; the usual million rounds would take half a second
    for each person. Unlike an unusable password it leaves “forgot your password?” working.
    """
    return PBKDF2PasswordHasher().encode(secrets.token_urlsafe(40), secrets.token_hex(16), iterations=1)


def _digest(name: str, roles: list[str], is_active: bool) -> str:
    return digest_of([name, roles, is_active])


def _shown(name: str, roles: list[str]) -> str:
    labels = ", ".join(str(ROLE_LABELS[Role(role)]).lower() for role in roles) or "no role"
    return f"{name or 'no name'}, {labels}"
