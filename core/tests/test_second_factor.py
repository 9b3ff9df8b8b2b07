"""The second factor at login: the code itself, the two pages of the login, and that nothing opens in between."""

import base64
import re
from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import TestCase
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.models import ModelLogEntry

from zelfregie_core.domain import second_factor
from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.domain.second_factor import Verdict
from zelfregie_core.interfaces.sessions import RegionBackend
from zelfregie_core.models import SecondFactor, SiteSettings

pytestmark = pytest.mark.django_db

PASSWORD = "een-lang-wachtwoord-38"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CODE_PAGE = "/admin/login/code/"
OWN_PAGE = "/admin/account/tweede-stap/"


def make_user(name, role=Role.MODERATOR):
    user = get_user_model().objects.create_user(f"{name}@example.org", f"{name}@example.org", PASSWORD)
    user.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
    return user


def code_of(user, at=None, steps=0):
    """What the app of this user shows, for a moment that is so many steps away."""
    moment = (at or timezone.now()) + timedelta(seconds=30 * steps)
    key = base64.b32decode(SecondFactor.objects.get(user=user).key)
    return TOTP(key, 6, SHA1(), 30).generate(moment.timestamp()).decode()  # noqa: S303 -- what apps use


def give_second_factor(user):
    """Set it up an hour ago; the reserve codes come back."""
    second_factor.begin(user)
    before = timezone.now() - timedelta(hours=1)
    return second_factor.confirm(user, code_of(user, before), at=before)


@pytest.fixture
def anna(noord):
    return make_user("anna")


@pytest.fixture
def reserve_codes(anna):
    return give_second_factor(anna)


def log_in(client, name="anna", **more):
    return client.post("/admin/login/", {"username": f"{name}@example.org", "password": PASSWORD, **more})


def wrong_code_of(user, at=None):
    right = {code_of(user, at, steps) for steps in (-1, 0, 1)}
    return next(code for code in ("111111", "222222", "333333", "444444") if code not in right)


def test_codes_are_those_of_rfc_6238(anna):
    """Its own test vectors, of which the last six digits count here."""
    SecondFactor.objects.create(user=anna, key=base64.b32encode(b"12345678901234567890").decode(), confirmed_at=NOON)
    vectors = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]

    verdicts = [
        second_factor.check_code(anna, code, at=datetime.fromtimestamp(seconds, UTC)).verdict
        for seconds, code in vectors
    ]

    assert verdicts == [Verdict.GOOD] * 4


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [(0, Verdict.GOOD), (1, Verdict.GOOD), (-1, Verdict.GOOD), (2, Verdict.WRONG), (-2, Verdict.WRONG)],
)
def test_clock_of_the_phone_may_be_one_step_off(anna, reserve_codes, steps, verdict):
    answer = second_factor.check_code(anna, code_of(anna, steps=steps))

    assert answer.verdict == verdict


def test_code_works_once_and_so_does_an_older_one(anna, reserve_codes):
    codes = [code_of(anna, steps=steps) for steps in (0, 0, -1)]

    assert [second_factor.check_code(anna, code).verdict for code in codes] == [
        Verdict.GOOD,
        Verdict.USED,
        Verdict.USED,
    ]


def test_reserve_code_works_once_however_it_is_typed(anna, reserve_codes):
    first, second = reserve_codes[:2]

    tries = [first, first.replace(" ", ""), second.replace(" ", " - "), second]

    verdicts = [second_factor.check_code(anna, typed).verdict for typed in tries]
    assert verdicts == [Verdict.GOOD_RESERVE, Verdict.WRONG, Verdict.GOOD_RESERVE, Verdict.WRONG]
    assert len(SecondFactor.objects.get(user=anna).reserve_codes) == 8


@pytest.mark.parametrize("typed", ["", "abcdef", "١٢٣٤٥٦", "12345", "1234567", "-", "0" * 40, "1\x00"])
def test_what_is_no_code_is_wrong(anna, reserve_codes, typed):
    assert second_factor.check_code(anna, typed).verdict == Verdict.WRONG


def test_database_holds_neither_the_secret_nor_a_reserve_code(anna, reserve_codes):
    key = SecondFactor.objects.get(user=anna).key

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text FROM zelfregie_core_secondfactor f WHERE user_id = %s", [anna.pk])
        stored = cursor.fetchone()[0]

    found = [secret for secret in [key, *reserve_codes] if secret in stored or secret.replace(" ", "") in stored]
    assert found == []


def test_second_factor_of_a_lost_key_opens_nothing_and_can_be_taken_away(anna, reserve_codes, client, settings):
    settings.ZELFREGIE_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    log_in(client)

    with pytest.raises(ImproperlyConfigured, match="ZELFREGIE_ENCRYPTION_KEYS"):
        client.post(CODE_PAGE, {"code": reserve_codes[0]})
    before = client.get("/admin/").status_code
    removed = second_factor.remove(anna)
    log_in(client)

    assert (before, removed, client.get("/admin/").status_code) == (302, True, 200)


def test_wrong_codes_make_the_wait_grow_and_a_good_one_ends_it(anna, reserve_codes, mailoutbox):
    at, waits = NOON, []
    with connection.cursor() as cursor:  # as if it had been set up before that moment
        cursor.execute("UPDATE zelfregie_core_secondfactor SET last_step = 0")

    for _number in range(12):
        answer = second_factor.check_code(anna, wrong_code_of(anna, at), at=at)
        during = second_factor.check_code(anna, code_of(anna, at), at=at) if answer.wait else None
        waits.append((answer.wait, during and during.verdict))
        at += timedelta(seconds=answer.wait)
    after = [second_factor.check_code(anna, code_of(anna, at), at=at).verdict]
    after.append(second_factor.check_code(anna, wrong_code_of(anna, at), at=at).wait)

    growing = [30, 60, 120, 240, 480, 900, 900, 900]
    assert waits == [(0, None)] * 4 + [(seconds, Verdict.CLOSED) for seconds in growing]
    assert after == [Verdict.GOOD, 0]


def test_setup_that_nobody_confirmed_is_no_second_factor(anna, client):
    second_factor.begin(anna)

    assert second_factor.confirm(anna, wrong_code_of(anna)) is None
    assert second_factor.has_second_factor(anna) is False
    assert list(second_factor.users_with_second_factor()) == []
    assert log_in(client)["Location"] == "/admin/"


def test_login_asks_the_code_after_the_password_and_keeps_where_one_was_going(anna, reserve_codes, client):
    first = log_in(client, next="/admin/pages/")
    half = client.session.session_key
    wrong = client.post(CODE_PAGE, {"code": wrong_code_of(anna)})
    good = client.post(CODE_PAGE, {"code": code_of(anna)})

    assert first["Location"] == CODE_PAGE
    assert wrong.context["form"].errors["code"] == [
        "Deze code klopt niet. Kijk in de app en typ de code die er nu staat."
    ]
    assert good["Location"] == "/admin/pages/"
    assert client.session.session_key != half
    assert client.session.get_expire_at_browser_close() is True
    assert client.get("/admin/account/").context["user"] == anna


@pytest.mark.parametrize("address", ["https://elders.example/", "//elders.example", "javascript:alert(1)"])
def test_login_leads_to_no_other_site(anna, reserve_codes, client, address):
    log_in(client, next=address)

    assert client.post(CODE_PAGE, {"code": code_of(anna)})["Location"] == "/admin/"


def test_code_of_a_session_opens_no_other_session(anna, reserve_codes, client, region_client, noord):
    code = code_of(anna)
    thief = region_client(noord)
    for visitor in (client, thief):
        log_in(visitor)

    answers = [visitor.post(CODE_PAGE, {"code": code}) for visitor in (client, thief)]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert answers[1].context["form"].errors["code"] == [
        "Deze code is al gebruikt. Wacht tot de app een nieuwe code laat zien."
    ]


def test_reserve_code_logs_in_and_tells_how_many_are_left(anna, reserve_codes, client):
    log_in(client, remember="on")
    client.post(CODE_PAGE, {"code": reserve_codes[0]})

    html = client.get("/admin/").content.decode()

    assert "Je hebt een reservecode gebruikt. Je hebt er nog 9." in html
    assert client.session.get_expire_at_browser_close() is False


def admin_addresses():
    """One address of every pattern of the admin, whatever it is of: Wagtail, core or a plugin."""

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            yield from walk(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]

    found = set()
    for route in walk(get_resolver().url_patterns, "/"):
        for pattern, value in ((r"<int:\w+>", "1"), (r"<(\w+:)?\w+>", "x"), (r"[\^$]|\\Z", "")):
            route = re.sub(pattern, value, route)
        if route.startswith("/admin/") and not set("(*") & set(route):
            found.add(route)
    return sorted(found)


#: What shows nothing of a region's work and is open to everybody.
OPEN = ("/admin/login/", "/admin/password_reset/", "/admin/sprite/", "/admin/jsi18n/")


def test_no_address_of_the_admin_opens_half_way(anna, reserve_codes, client, region_client, noord):
    get_user_model().objects.update(is_superuser=True)
    log_in(client)

    nobody = region_client(noord)
    addresses = [address for address in admin_addresses() if not address.startswith(OPEN)]
    opened = {}
    for address in addresses:
        answer = client.get(address)
        if not (answer.status_code == 302 and answer["Location"].startswith("/admin/login/?next=")):
            # A plugin that is off here answers 404 to everybody.
            opened[address] = (answer.status_code, nobody.get(address).status_code)

    assert len(addresses) > 150
    assert opened == {"/admin/national_regions/": (404, 404)}


def test_view_that_logs_somebody_in_by_itself_opens_nothing(anna, reserve_codes, client):
    get_user_model().objects.update(is_superuser=True)

    assert client.login(username=anna.username, password=PASSWORD) is True

    answers = [client.get(address).status_code for address in ("/admin/", "/admin/users/", "/admin/groepen/")]
    assert (answers, client.post(OWN_PAGE, {"act": "off", "off-password": PASSWORD}).status_code) == ([302] * 3, 302)
    assert client.get("/").context["user"].is_anonymous
    assert second_factor.has_second_factor(anna) is True


def test_session_of_before_ends_when_the_second_factor_is_switched_on(anna, client):
    client.force_login(anna)
    before = client.get("/admin/").status_code

    give_second_factor(anna)

    assert (before, client.get("/admin/").status_code) == (200, 302)


def test_login_page_of_the_site_itself_leads_to_the_one_that_asks(anna, client):
    give_second_factor(anna)

    answer = client.post("/_util/login/?next=/over-ons/", {"username": anna.username, "password": PASSWORD})

    assert answer["Location"] == "/admin/login/?next=%2Fover-ons%2F"
    assert "_auth_user_id" not in client.session


def test_new_password_does_not_pass_by_the_code(anna, client):
    give_second_factor(anna)
    key = urlsafe_base64_encode(force_bytes(anna.pk))
    path = reverse("wagtailadmin_password_reset_confirm", args=(key, default_token_generator.make_token(anna)))
    form = client.get(path)["Location"]
    client.post(form, {"new_password1": f"{PASSWORD}-nieuw", "new_password2": f"{PASSWORD}-nieuw"})

    before = client.get("/admin/")
    client.post("/admin/login/", {"username": anna.username, "password": f"{PASSWORD}-nieuw"})
    after = [client.get("/admin/").status_code, client.post(CODE_PAGE, {"code": code_of(anna)})["Location"]]

    assert before["Location"] == "/admin/login/?next=/admin/"
    assert after == [302, "/admin/"]


@pytest.mark.parametrize("what", ["nothing", "ten minutes", "another password", "switched off"])
def test_second_page_forgets_a_password_that_is_not_good_any_more(anna, client, what):
    give_second_factor(anna)
    if what != "nothing":
        log_in(client)
    if what == "ten minutes":
        session = client.session
        session["login_half_way"] |= {"at": session["login_half_way"]["at"] - 601}
        session.save()
    if what == "another password":
        anna.set_password("iets-heel-anders-9")
        anna.save()
    if what == "switched off":
        get_user_model().objects.update(is_active=False)

    answer = client.post(CODE_PAGE, {"code": code_of(anna)})

    assert answer["Location"] == "/admin/login/"
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_editor_sets_it_up_sees_reserve_codes_once_and_stays_logged_in(anna, client, mailoutbox):
    client.force_login(anna)
    page = client.get(OWN_PAGE)
    again = client.get(OWN_PAGE)
    address = second_factor.setup_address(SecondFactor.objects.get(user=anna))
    wrong = client.post(OWN_PAGE, {"act": "confirm", "code": wrong_code_of(anna)})
    with TestCase.captureOnCommitCallbacks(execute=True):
        shown = client.post(OWN_PAGE, {"act": "confirm", "code": code_of(anna)})
    codes = re.findall(r"<li><code>(\d{5} \d{5})</code></li>", shown.content.decode())

    assert page.context["key"] == again.context["key"]
    assert address.startswith("otpauth://totp/Zelfregie%20Noord:anna@example.org?secret=")
    assert address.endswith("&issuer=Zelfregie%20Noord")
    assert 'role="img"' in page.content.decode()
    assert "<svg" in page.content.decode()
    assert wrong.context["form"].errors["code"]
    assert len(set(codes)) == 10
    assert client.get("/admin/account/").status_code == 200
    assert [code for code in codes if code in client.get(OWN_PAGE).content.decode()] == []
    assert [message.subject for message in mailoutbox] == ["Je tweede stap bij inloggen staat aan"]
    assert second_factor.check_code(anna, codes[3]).verdict == Verdict.GOOD_RESERVE


@pytest.mark.parametrize("act", ["codes", "off"])
def test_new_reserve_codes_and_switching_off_ask_the_password(anna, client, act):
    old = give_second_factor(anna)
    log_in(client)
    client.post(CODE_PAGE, {"code": code_of(anna)})

    refused = client.post(OWN_PAGE, {"act": act, f"{act}-password": "fout"})
    kept = SecondFactor.objects.get(user=anna)
    done = client.post(OWN_PAGE, {"act": act, f"{act}-password": PASSWORD})

    assert refused.context[act].errors == {"password": ["Dit wachtwoord klopt niet."]}
    assert len(kept.reserve_codes) == 10
    if act == "codes":
        assert len(done.context["codes"]) == 10
        assert second_factor.check_code(anna, old[0]).verdict == Verdict.WRONG
    else:
        assert done["Location"] == "/admin/account/"
        assert second_factor.has_second_factor(anna) is False
        assert client.get("/admin/").status_code == 200


def test_administrator_switches_it_off_for_somebody_who_lost_everything(anna, client, mailoutbox):
    give_second_factor(anna)
    bea = make_user("bea", Role.ADMINISTRATOR)
    client.force_login(bea)
    page = f"/admin/users/{anna.pk}/tweede-stap/"

    listed = [page in client.get("/admin/users/").content.decode()]
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(page)
    listed.append(page in client.get("/admin/users/").content.decode())

    assert listed == [True, False]
    assert second_factor.has_second_factor(anna) is False
    assert [(message.to, message.subject) for message in mailoutbox] == [
        (["anna@example.org"], "Je tweede stap bij inloggen is uitgezet door een beheerder")
    ]
    entry = ModelLogEntry.objects.get(action="zelfregie_core.second_factor_reset")
    assert (entry.user, entry.object_id) == (bea, str(anna.pk))


@pytest.mark.parametrize(
    ("actor", "owner"), [("moderator", "other"), ("administrator", "self"), ("administrator", "root")]
)
def test_nobody_switches_it_off_who_may_not(anna, client, actor, owner):
    person = make_user("cor", Role.MODERATOR if actor == "moderator" else Role.ADMINISTRATOR)
    target = person if owner == "self" else anna
    if owner == "root":
        get_user_model().objects.filter(pk=anna.pk).update(is_superuser=True)
    client.force_login(person)
    give_second_factor(target)
    if owner == "self":
        session = client.session
        session["second_factor"] = SecondFactor.objects.get(user=person).pk
        session.save()

    answer = client.post(f"/admin/users/{target.pk}/tweede-stap/")

    assert answer["Location"] == "/admin/"
    assert second_factor.has_second_factor(target) is True


def test_region_may_ask_it_of_moderators_and_administrators(anna, client, region_client, noord):
    SiteSettings.objects.update_or_create(defaults={"second_factor_required": True})
    client.force_login(anna)
    editor = region_client(noord)
    editor.force_login(make_user("ed", Role.EDITOR))

    closed = (
        "/admin/",
        "/admin/account/",
        "/admin/pages/",
        "/admin/groepen/",
        "/admin/users/1/",
        "/admin/bestaat-niet/",
    )
    led = {visit(address)["Location"] for address in closed for visit in (client.get, client.post)}
    outside = client.get("/").context["user"].is_anonymous
    page = client.get(OWN_PAGE).content.decode()
    client.post(OWN_PAGE, {"act": "confirm", "code": code_of(anna)})

    assert (led, outside) == ({OWN_PAGE}, True)
    assert "In deze regio is een tweede stap verplicht" in page
    assert [visitor.get("/admin/").status_code for visitor in (client, editor)] == [200, 200]


def test_who_asks_costs_one_query(anna, client, django_assert_num_queries):
    backend = RegionBackend()
    get_user_model().objects.filter(pk=anna.pk).update(is_active=False)

    with django_assert_num_queries(1):
        inactive = backend.get_user(anna.pk)
    get_user_model().objects.filter(pk=anna.pk).update(is_active=True)
    give_second_factor(anna)
    with django_assert_num_queries(1):
        user = backend.get_user(anna.pk)

    assert inactive is None
    assert (user.second_factor_pk, user.second_factor_missing) == (SecondFactor.objects.get(user=anna).pk, False)


def test_same_user_of_two_regions_has_two_second_factors(noord, zuid, in_region, region_client, same_numbers):
    same_numbers(get_user_model())
    same_numbers(SecondFactor)
    users = {}
    for region in (noord, zuid):
        with in_region(region):
            users[region] = make_user("anna")
    reserve = give_second_factor(users[noord])
    code = code_of(users[noord])
    with in_region(zuid):
        without = second_factor.has_second_factor(users[zuid])
        plain = log_in(region_client(zuid))["Location"]
        give_second_factor(users[zuid])
    here, there = region_client(noord), region_client(zuid)
    log_in(here)
    half = region_client(zuid)
    half.cookies = copy(here.cookies)
    crossed = half.post(CODE_PAGE, {"code": code})["Location"]
    log_in(there)
    tries = [there.post(CODE_PAGE, {"code": typed}).status_code for typed in (code, reserve[0])]
    here.post(CODE_PAGE, {"code": code})
    there.cookies = copy(here.cookies)

    assert users[noord].pk == users[zuid].pk
    assert (without, plain) == (False, "/admin/")
    assert crossed == "/admin/login/"
    assert tries == [200, 200]
    assert [visitor.get("/admin/").status_code for visitor in (here, there)] == [200, 302]
