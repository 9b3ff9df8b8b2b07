"""A region of the tests in which everything is in order, and that is not open yet."""

from pathlib import Path

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tenants.utils import tenant_context

from zelfregie_core.domain.roles import GROUP_NAMES, Role
from zelfregie_core.interfaces.sessions import SHOWN
from zelfregie_core.models import Branding, HomePage, LegalPage, SecondFactor, SiteSettings
from zelfregie_tenants.domain.plugins import set_plugin_enabled
from zelfregie_tenants.models import Region, RegionBackup
from zelfregie_tenants.testing.client import RegionClient

PASSWORD = "een-lang-wachtwoord"
TEXT = "Dit is de tekst van deze pagina, geschreven door de mensen van de regio zelf. Bel 112, of bel 113."
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


def make_ready(region: Region, folder: Path) -> Region:
    """Put everything in order in a region and close it again; return it as it is in the database.

    The modules of groups are off: their own checks have their own tests. `folder` is where its backup lies.
    """
    for plugin in ("groups", "stories", "referrals"):
        set_plugin_enabled(region, plugin, enabled=False)
    with tenant_context(region):
        anna = make_person("anna", Role.ADMINISTRATOR)
        make_person("bram", Role.MODERATOR)
        details = SiteSettings.load()
        details.organisation_name, details.privacy_email = f"Stichting {region.name}", f"privacy@{region.slug}.nl"
        details.save()
        brand = Branding.load()
        brand.logo, brand.favicon = "merk/logo.svg", "merk/favicon.svg"
        brand.save()
        home = HomePage.objects.get()
        home.intro = TEXT
        home.save()
        for kind in (LegalPage.Kind.PRIVACY, LegalPage.Kind.CRISIS, LegalPage.Kind.ACCESSIBILITY):
            page = LegalPage(title=str(kind.label), slug=kind.value, kind=kind)
            page.body = [("paragraph", TEXT)]
            home.add_child(instance=page)
            page.save_revision(user=anna).publish(user=anna)
    file = folder / f"{region.slug}.backup"
    file.write_bytes(b"backup")
    now = timezone.now()
    RegionBackup.objects.create(
        region=region, made_at=now, location=str(file), sha256=region.slug, size=6, release="1", restored_at=now
    )
    Region.objects.filter(pk=region.pk).update(state=Region.State.PREPARED, launched_at=None)
    return Region.objects.get(pk=region.pk)


def put_pictures(region: Region) -> None:
    """Put logo and favicon in the media folder, which is each test's own."""
    with tenant_context(region):
        for name in ("logo", "favicon"):
            default_storage.save(f"merk/{name}.svg", ContentFile(PICTURE))


def make_person(name: str, role: Role) -> User:
    """Make somebody with a role in the current region, with a second factor."""
    person = User.objects.create_user(f"{name}@example.org", f"{name}@example.org", PASSWORD)
    person.groups.add(Group.objects.get(name=GROUP_NAMES[role]))
    SecondFactor.objects.create(user=person, key="JBSWY3DPEHPK3PXP", confirmed_at=timezone.now())
    return person


def sign_in(browser: RegionClient, name: str) -> RegionClient:
    """Let a browser be somebody of its region who typed the code of the second factor."""
    with tenant_context(browser.region):
        person = User.objects.get(username=f"{name}@example.org")
        browser.force_login(person)
        session = browser.session
        session[SHOWN] = SecondFactor.objects.get(user=person).pk
        session.save()
    return browser
