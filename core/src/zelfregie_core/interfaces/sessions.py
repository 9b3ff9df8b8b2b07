"""Whose session this is. A user with a second factor is nobody until the session has shown it.

Every view asks ``request.user``, so this is the one place that cannot be passed by: not by another login page, not by a
view that logs somebody in itself, and not by a session from before the second factor was switched on.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import SecondFactor, SiteSettings

#: In the session: the key of the second factor with which it was opened.
SHOWN = "second_factor"
#: Roles that must have a second factor in a region that says so.
ROLES = (Role.MODERATOR, Role.ADMINISTRATOR)


class RegionBackend(ModelBackend):
    """Django's own check of a password; whoever a session belongs to comes with their second factor, in one query."""

    def get_user(self, user_id: Any) -> Any:
        """The active user with this key, or None.

        Its ``second_factor_pk`` is None without a second factor; ``second_factor_missing`` is true when the region
        asks for one.
        """
        users = get_user_model()._default_manager
        own = SecondFactor.objects.confirmed().filter(user_id=OuterRef("pk"))
        in_role = users.filter(pk=OuterRef("pk"), groups__name__in=[GROUP_NAMES[role] for role in ROLES])
        asked = Exists(SiteSettings.objects.filter(second_factor_required=True))
        found = users.annotate(
            second_factor_pk=Subquery(own.values("pk")),
            second_factor_missing=Q(asked) & ~Exists(own) & (Q(is_superuser=True) | Exists(in_role)),
        ).filter(pk=user_id)
        user = found.first()
        return user if user is not None and self.user_can_authenticate(user) else None


def guard_user(request: HttpRequest) -> None:
    """Let ``request.user`` be who has shown everything that is asked of them; read when somebody asks."""
    request.user = SimpleLazyObject(lambda: verified_user(request))  # type: ignore[assignment]
    request.auser = lambda: sync_to_async(verified_user)(request)  # type: ignore[method-assign, assignment]


def verified_user(request: HttpRequest) -> Any:
    """The user of the session, or nobody while its second factor was not shown.

    Who must have a second factor and has none is nobody outside the admin; inside it,
    :class:`zelfregie_core.middleware.SecondFactorMiddleware` leads to the page where it is set up.
    """
    user = get_user(request)
    if not user.is_authenticated:
        return user
    asked = getattr(user, "second_factor_pk", None)
    if asked is not None and request.session.get(SHOWN) != asked:
        return AnonymousUser()
    if must_set_up(user) and not request.path_info.startswith(reverse("wagtailadmin_home")):
        return AnonymousUser()
    return user


def must_set_up(user: Any) -> bool:
    """True iff the region asks this user for a second factor, and there is none."""
    return bool(getattr(user, "second_factor_missing", False))


def remember_shown(request: HttpRequest, factor: SecondFactor) -> None:
    """Note in the session that this second factor was shown in it."""
    request.session[SHOWN] = factor.pk
