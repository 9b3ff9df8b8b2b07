"""Who searches, where and when, and which regions can be found at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zelfregie_tenants.domain.directory.parameters import Parameters
from zelfregie_tenants.models import Domain, PluginActivation, Region


@dataclass(frozen=True)
class Scope:
    """Who searches, where and when.

    :param own: id of the region that searches; likewise ``own_slug``.
    :param region: slug of the region that is searched; empty for the whole country.
    :param now: after this a meeting is still to come.
    :param words_of: id of the region whose words put mistakes right; None for those of the whole country. Only the hub
        keeps that long list: a region that searches farther has its own words and themes.
    """

    own: int
    own_slug: str
    region: str
    now: datetime
    words_of: int | None = None


def visible_regions(plugin: str, scope: Scope, parameters: Parameters) -> str:
    """Return the regions whose listings can be found, as a common table `visible (id, slug, name, domain)`.

    Default deny, asked at each search: launched, the plugin switched on, and with an address to lead people to.

    Args:
        plugin: SQL of the slug.
        scope: the region that searches needs no address of its own.
        parameters: gets the values.
    """
    return f"""visible AS MATERIALIZED (
  SELECT r.id, r.slug, r.name, d.domain FROM {Region._meta.db_table} r
  JOIN {PluginActivation._meta.db_table} a ON a.region_id = r.id AND a.plugin = {plugin} AND a.enabled
  LEFT JOIN {Domain._meta.db_table} d ON d.tenant_id = r.id AND d.is_primary
  WHERE r.state = 'launched' AND (d.domain IS NOT NULL OR r.id = {parameters.add(scope.own)})
)"""  # noqa: S608 -- our own names
