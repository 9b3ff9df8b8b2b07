"""The sitemap: the pages a visitor may come across."""

from django.db.models import QuerySet
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from zelfregie_core.domain.visible_pages import visible_pages


class VisibleSitemap(Sitemap):
    """Wagtail's sitemap without pages of plugins that are off."""

    def items(self) -> QuerySet[Page]:
        site = self.get_wagtail_site()
        return visible_pages(self.request).descendant_of(site.root_page, inclusive=True).order_by("path").specific()
