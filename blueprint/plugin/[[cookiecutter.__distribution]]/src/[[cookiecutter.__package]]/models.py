"""The models: one for what editors add, one for the page on which visitors find it."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from zelfregie_core.models import BodyMixin, PluginPage, Theme

SLUG_LENGTH = 80


class [[ cookiecutter.model ]]QuerySet(QuerySet["[[ cookiecutter.model ]]"]):
    """Predicates that read as sentences."""

    def upcoming(self) -> "[[ cookiecutter.model ]]QuerySet":
        """Those of today and later, the first one first, with their theme."""
        return self.filter(day__gte=timezone.localdate()).select_related("theme").order_by("day", "pk")


class [[ cookiecutter.model ]](models.Model):
    """Something on a day, that visitors can come to."""

    title = models.CharField(_("titel"), max_length=120)
    slug = models.SlugField(max_length=SLUG_LENGTH, unique=True, editable=False)
    day = models.DateField(_("dag"))
    place = models.CharField(_("plek"), max_length=120, blank=True)
    theme = models.ForeignKey(
        Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("thema")
    )
    summary = models.TextField(
        _("waar gaat het over"), max_length=1000, blank=True, help_text=_("Staat op de site. Noem geen namen van mensen.")
    )

    objects = [[ cookiecutter.model ]]QuerySet.as_manager()

    class Meta:
        verbose_name = _("[[ cookiecutter.singular ]]")
        verbose_name_plural = _("[[ cookiecutter.title.lower() ]]")
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give it an address at the first save; later the address stays, because people link to it."""
        if not self.slug:
            base = slugify(self.title)[: SLUG_LENGTH - 6] or "[[ cookiecutter.__path ]]"
            taken = set([[ cookiecutter.model ]].objects.filter(slug__startswith=base).values_list("slug", flat=True))
            numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
            self.slug = next(slug for slug in numbered if slug not in taken)
        super().save(*args, **kwargs)


class [[ cookiecutter.model ]]IndexPage(RoutablePageMixin, BodyMixin, PluginPage):
    """All that is still to come, and below it a page for each."""

    template = "[[ cookiecutter.__package ]]/index_page.html"
    max_count = 1
    subpage_types: list[str] = []
    content_panels = [*PluginPage.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("overzicht van [[ cookiecutter.title.lower() ]]")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        items = [[ cookiecutter.model ]].objects.upcoming()
        return {**super().get_context(request, *args, **kwargs), "items": items, "index_url": self.get_url(request)}

    @path("<slug:slug>/", name="item")
    def item(self, request: HttpRequest, slug: str) -> HttpResponse:
        """One of them; 404 when it is over, or was never there."""
        item = [[ cookiecutter.model ]].objects.upcoming().filter(slug=slug).first()
        if item is None:
            raise Http404(f"nothing to come with the address {slug}")
        above = [*self.get_ancestors().live().filter(depth__gt=2), self]
        return self.render(
            request,
            template="[[ cookiecutter.__package ]]/item.html",
            context_overrides={"item": item, "crumbs": above},
        )

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """The page itself and each page below it."""
        base = self.get_full_url(request)
        slugs = [[ cookiecutter.model ]].objects.upcoming().values_list("slug", flat=True)
        return [*super().get_sitemap_urls(request), *({"location": f"{base}{slug}/"} for slug in slugs)]
