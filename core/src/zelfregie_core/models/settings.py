"""What a region tells about itself: its brand and its details."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from zelfregie_core.domain.brand import brand_problems, shape_variant
from zelfregie_core.domain.uploads import check_image_upload

validate_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Schrijf een kleur als # met zes tekens, zoals #7a1f5c."))


@register_setting(icon="palette", order=100)
class Branding(BaseGenericSetting):
    """The region's own face: name, logo and two colours. Everything else follows from these."""

    site_name = models.CharField(_("naam van de site"), max_length=80, default="Zelfregie")
    tagline = models.CharField(_("zin op de voorpagina"), max_length=200, blank=True)
    primary = models.CharField(_("hoofdkleur"), max_length=7, default="#7a1f5c", validators=[validate_colour])
    accent = models.CharField(_("steunkleur"), max_length=7, default="#f2b544", validators=[validate_colour])
    logo = models.FileField(_("logo"), upload_to="merk", blank=True, validators=[check_image_upload])
    favicon = models.FileField(_("icoon in de browser"), upload_to="merk", blank=True, validators=[check_image_upload])
    changed_at = models.DateTimeField(auto_now=True)

    panels = [
        FieldPanel("site_name"),
        FieldPanel("tagline"),
        MultiFieldPanel([FieldPanel("primary"), FieldPanel("accent")], heading=_("Kleuren")),
        MultiFieldPanel([FieldPanel("logo"), FieldPanel("favicon")], heading=_("Beeld")),
    ]

    class Meta:
        verbose_name = _("merk")

    def clean(self) -> None:
        """Refuse colours that people cannot read, and name the nearest ones that they can.

        :raises ValidationError: per field.
        """
        super().clean()
        for colour in (self.primary, self.accent):
            try:
                validate_colour(colour)
            except ValidationError:
                return  # the field itself says so; there is no contrast to judge
        if problems := brand_problems(self.primary, self.accent):
            raise ValidationError(problems)

    @property
    def logo_url(self) -> str:
        return self.logo.url if self.logo else ""

    @property
    def favicon_url(self) -> str:
        return self.favicon.url if self.favicon else ""

    @property
    def css_version(self) -> str:
        """Changes when the brand does, so that browsers may keep the stylesheet for long."""
        return f"{self.changed_at:%Y%m%d%H%M%S}" if self.changed_at else "0"

    @property
    def shape_variant(self) -> int:
        return shape_variant(self.site_name)


@register_setting(icon="cog", order=110)
class SiteSettings(BaseGenericSetting):
    """Who runs this site, how to reach them, and what to do in a crisis."""

    organisation_name = models.CharField(_("organisatie"), max_length=120, blank=True)
    email = models.EmailField(_("e-mailadres"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    privacy_name = models.CharField(_("contact voor privacy"), max_length=120, blank=True)
    privacy_email = models.EmailField(_("e-mailadres voor privacy"), blank=True)
    sender_email = models.EmailField(
        _("afzender van e-mail"),
        blank=True,
        help_text=_("Het adres waarmee de site e-mail verstuurt."),
    )
    crisis_text = models.TextField(
        _("tekst bij crisis"),
        blank=True,
        help_text=_("Staat onderaan elke pagina. Leeg: de landelijke tekst."),
    )
    is_demo = models.BooleanField(
        _("voorbeeldgegevens"),
        default=False,
        help_text=_("Toont op elke pagina dat dit een voorbeeld is."),
    )

    second_factor_required = models.BooleanField(
        _("tweede stap verplicht"),
        default=False,
        db_default=False,
        help_text=_("Moderatoren en beheerders kunnen pas verder als zij hun tweede stap hebben ingesteld."),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("organisation_name"), FieldPanel("email"), FieldPanel("phone")],
            heading=_("Organisatie"),
        ),
        MultiFieldPanel([FieldPanel("privacy_name"), FieldPanel("privacy_email")], heading=_("Privacy")),
        FieldPanel("sender_email"),
        FieldPanel("crisis_text"),
        MultiFieldPanel([FieldPanel("second_factor_required")], heading=_("Inloggen")),
        FieldPanel("is_demo"),
    ]

    class Meta:
        verbose_name = _("gegevens van de site")
