"""The people who work on the site: what their accounts hold, and how an account is taken away."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    PageLogEntry,
    PageSubscription,
)
from wagtail.users.models import UserProfile

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.models import SecondFactor
from zelfregie_core.plugins.personal_data import (
    Erasure,
    ErasureRefused,
    LegalGround,
    NotPersonal,
    Person,
    PersonalData,
)

STAFF = gettext_lazy("Mensen die aan de site werken")
WHILE_THERE = gettext_lazy("Zolang het account er is.")
#: So long Wagtail's log says who did something.
LOG_KEPT = dt.timedelta(days=730)
FORGOTTEN_FORM = dt.timedelta(days=1)


def _erase_accounts(accounts: list[Any], person: Person) -> None:
    """Delete accounts, unless nobody would be left to run the site.

    :raises ErasureRefused: this is the last administrator.
    """
    administrators = get_user_model()._default_manager.filter(is_active=True)
    administrators = administrators.filter(Q(is_superuser=True) | Q(groups__name=GROUP_NAMES[Role.ADMINISTRATOR]))
    ids = {account.pk for account in accounts}
    everybody = set(administrators.values_list("pk", flat=True))
    if everybody & ids and not everybody - ids:
        raise ErasureRefused(_("Dit is de enige beheerder van de site. Maak eerst iemand anders beheerder."))
    for account in accounts:
        account.delete()


def _account(account: Any, person: Person) -> Mapping[Any, Any]:
    return {
        _("Inlognaam"): account.get_username(),
        _("Voornaam"): account.first_name,
        _("Achternaam"): account.last_name,
        _("E-mailadres"): account.email,
        _("Rollen"): [group.name for group in account.groups.order_by("name")],
        _("Account gemaakt op"): account.date_joined,
        _("Laatst ingelogd op"): account.last_login,
        _("Mag inloggen"): account.is_active,
    }


def _sessions(person: Person) -> list[Session]:
    ids = {str(pk) for pk in person.users().values_list("pk", flat=True)}
    return [row for row in Session.objects.all() if ids and row.get_decoded().get("_auth_user_id") in ids]


def _forget_sessions() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _forget_editing() -> int:
    limit = timezone.now() - FORGOTTEN_FORM
    return EditingSession.objects.filter(last_seen_at__lt=limit).delete()[0]


def _forget_forms() -> int:
    return FormState.objects.filter(last_updated_at__lt=timezone.now() - FORGOTTEN_FORM).delete()[0]


def _erase_profiles(profiles: list[Any], person: Person) -> None:
    for profile in profiles:
        if profile.avatar:
            # After the commit: a rehearsal is undone, and a file that is gone is not.
            transaction.on_commit(partial(profile.avatar.storage.delete, profile.avatar.name))
        profile.delete()


def _log_lines(model: Any, person: Person) -> Any:
    """What this person did, and what was done to their account."""
    ids = list(person.users().values_list("pk", flat=True))
    about = Q(user_id__in=ids)
    if model is ModelLogEntry:
        kind = ContentType.objects.get_for_model(get_user_model())
        # By name as well: the line about an account that is gone already still has it.
        about |= Q(content_type=kind) & (Q(object_id__in=[str(pk) for pk in ids]) | person.q("label"))
    return model.objects.filter(about)


def _erase_log_lines(lines: list[Any], person: Person) -> None:
    """Keep that something happened; not who did it, nor the name of the account that it happened to."""
    kind = ContentType.objects.get_for_model(get_user_model())
    ids = {str(pk) for pk in person.users().values_list("pk", flat=True)}
    for line in lines:
        is_about_account = isinstance(line, ModelLogEntry) and line.content_type_id == kind.pk
        if is_about_account and (line.object_id in ids or person.is_named_by(line.label)):
            line.label, line.data = f"account {line.object_id}", {}
        if str(line.user_id) in ids:
            line.user_id = None
        # Not save(): it looks for the account of who did it, which may be gone long since.
        type(line).objects.filter(pk=line.pk).update(label=line.label, data=line.data, user=line.user_id)


def _forget_who(model: Any) -> int:
    return model.objects.filter(timestamp__lt=timezone.now() - LOG_KEPT, user__isnull=False).update(user=None)


def _log_line(line: Any, person: Person) -> Mapping[Any, Any]:
    return {_("Wanneer"): line.timestamp, _("Wat"): str(line.action), _("Waarvan"): line.label}


def _of_account(key: str, title: Any, model: Any, fields: tuple[str, ...], purpose: Any, **more: Any) -> PersonalData:
    """A declaration of something that belongs to an account and goes with it."""
    settings = {
        "subjects": STAFF,
        "ground": LegalGround.LEGITIMATE_INTEREST,
        "kept": WHILE_THERE,
        "find": lambda person: model.objects.filter(user__in=person.users()),
        "erasure": Erasure.DELETE,
        **more,
    }
    return PersonalData(key=key, title=title, model=model._meta.label, fields=fields, purpose=purpose, **settings)


def _log(key: str, title: Any, model: Any) -> PersonalData:
    return _of_account(
        key,
        title,
        model,
        ("user", "label", "data"),
        gettext_lazy("Nagaan wie wat veranderde, ook als er iets misging."),
        what=gettext_lazy("Wat er gebeurde, wanneer en door wie."),
        kept=gettext_lazy("Wie het deed: twee jaar. Wat er gebeurde: zolang de site bestaat."),
        find=lambda person: _log_lines(model, person),
        enforce=lambda: _forget_who(model),
        export=_log_line,
        erasure=Erasure.ANONYMISE,
        erase=_erase_log_lines,
        reason=gettext_lazy("Wat er gebeurde blijft staan, maar niet meer wie het deed."),
        order=800,
    )


ACCOUNTS: Sequence[PersonalData | NotPersonal] = (
    PersonalData(
        key="accounts",
        title=gettext_lazy("Accounts"),
        model="auth.User",
        fields=("username", "first_name", "last_name", "email", "password"),
        subjects=STAFF,
        purpose=gettext_lazy("Inloggen, en weten wie wat mag op de site."),
        ground=LegalGround.LEGITIMATE_INTEREST,
        kept=gettext_lazy("Zolang iemand aan de site werkt. Daarna haalt een beheerder het account weg."),
        find=lambda person: person.users(),
        export=_account,
        erasure=Erasure.DELETE,
        erase=_erase_accounts,
        order=900,
        what=gettext_lazy("Naam, e-mailadres, rol, wanneer iemand inlogde, en een wachtwoord dat niemand kan lezen."),
    ),
    _of_account(
        "profiles",
        gettext_lazy("Voorkeuren bij een account"),
        UserProfile,
        ("user", "avatar", "dismissibles"),
        gettext_lazy("Het beheer tonen zoals iemand dat wil: taal, contrast, een foto."),
        erase=_erase_profiles,
        what=gettext_lazy("Taal, contrast en andere voorkeuren, en een foto als iemand die toevoegt."),
    ),
    _of_account(
        "second_factors",
        gettext_lazy("Tweede stap bij inloggen"),
        SecondFactor,
        ("user", "key", "reserve_codes"),
        gettext_lazy("Alleen de eigenaar laten inloggen, ook als een wachtwoord is uitgelekt."),
        export=lambda row, person: {_("Ingesteld op"): row.confirmed_at},
        what=gettext_lazy("Een geheim voor de app en reservecodes, versleuteld."),
    ),
    _of_account(
        "sessions",
        gettext_lazy("Wie er is ingelogd"),
        Session,
        ("session_key", "session_data"),
        gettext_lazy("Ingelogd blijven, en een formulier veilig versturen."),
        kept=gettext_lazy("Twee weken nadat iemand voor het laatst inlogde, of tot uitloggen."),
        find=_sessions,
        enforce=_forget_sessions,
        export=lambda row, person: {_("Geldig tot"): row.expire_date},
        what=gettext_lazy("Wie er is ingelogd, tot wanneer."),
    ),
    _of_account(
        "editing",
        gettext_lazy("Wie er een pagina open heeft"),
        EditingSession,
        ("user",),
        gettext_lazy("Waarschuwen als twee mensen tegelijk hetzelfde bewerken."),
        kept=gettext_lazy("Een dag."),
        enforce=_forget_editing,
        what=gettext_lazy("Wie wat open heeft, en wanneer voor het laatst."),
    ),
    _of_account(
        "open_forms",
        gettext_lazy("Formulieren die open stonden"),
        FormState,
        ("user", "data"),
        gettext_lazy("Niets kwijtraken als iemand onder het typen wordt uitgelogd."),
        kept=gettext_lazy("Een dag."),
        enforce=_forget_forms,
        what=gettext_lazy("Wat er in een formulier getypt was."),
    ),
    _of_account(
        "tokens",
        gettext_lazy("Sleutels voor programma's"),
        APIToken,
        ("user", "name", "key_hash"),
        gettext_lazy("Een programma laten doen wat de eigenaar mag."),
        export=lambda row, person: {_("Naam"): row.name},
        what=gettext_lazy("Van wie de sleutel is en waarvoor; niet de sleutel zelf."),
    ),
    _of_account(
        "subscriptions",
        gettext_lazy("Wie bericht wil bij een pagina"),
        PageSubscription,
        ("user",),
        gettext_lazy("Een bericht sturen als er bij een pagina iets gezegd wordt."),
        what=gettext_lazy("Wie bericht krijgt bij welke pagina."),
    ),
    _of_account(
        "comments",
        gettext_lazy("Opmerkingen bij pagina's"),
        Comment,
        ("user", "text", "resolved_by"),
        gettext_lazy("Overleggen over een tekst die nog niet klaar is."),
        kept=gettext_lazy("Zolang de pagina en het account er zijn. Alleen wie aan de site werkt, ziet ze."),
        find=lambda person: Comment.objects.filter(Q(user__in=person.users()) | Q(resolved_by__in=person.users())),
        erase=lambda rows, person: _erase_comments(rows, person),
        what=gettext_lazy("De opmerking, wie hem schreef en wie hem afhandelde."),
    ),
    _of_account(
        "replies",
        gettext_lazy("Antwoorden op opmerkingen"),
        CommentReply,
        ("user", "text"),
        gettext_lazy("Overleggen over een tekst die nog niet klaar is."),
        kept=gettext_lazy("Zolang de pagina en het account er zijn. Alleen wie aan de site werkt, ziet ze."),
        what=gettext_lazy("Het antwoord en wie het schreef."),
    ),
    _log("page_log", gettext_lazy("Logboek van pagina's"), PageLogEntry),
    _log("model_log", gettext_lazy("Logboek van de rest van de site"), ModelLogEntry),
    NotPersonal("auth.User_groups", ("user",), "A link of an account, which goes with it."),
    NotPersonal("auth.User_user_permissions", ("user",), "A link of an account, which goes with it."),
)


def _erase_comments(comments: list[Any], person: Person) -> None:
    """Delete what they wrote, with the answers to it; of what they settled only who settled it."""
    ids = set(person.users().values_list("pk", flat=True))
    for comment in comments:
        if comment.user_id in ids:
            comment.delete()
        else:
            Comment.objects.filter(pk=comment.pk).update(resolved_by=None)
