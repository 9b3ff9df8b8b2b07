"""The platform's own tables, one model per file; everything public is imported here.

All of them live in the schema `public`. None holds a key into a region's schema: primary keys and content type
ids mean something else in every schema (see `docs/explanation/isolation.md`).
"""

from zelfregie_tenants.models.applied_item import AppliedItem
from zelfregie_tenants.models.domain import Domain
from zelfregie_tenants.models.indicator_snapshot import IndicatorSnapshot
from zelfregie_tenants.models.listing import Listing
from zelfregie_tenants.models.page_version import PageVersion
from zelfregie_tenants.models.plugin_activation import PluginActivation
from zelfregie_tenants.models.readiness_result import ReadinessResult
from zelfregie_tenants.models.region import Region
from zelfregie_tenants.models.region_backup import RegionBackup
from zelfregie_tenants.models.region_draft import RegionDraft
from zelfregie_tenants.models.region_event import RegionEvent
from zelfregie_tenants.models.scheduled_run import ScheduledRun
from zelfregie_tenants.models.task_envelope import TaskEnvelope
from zelfregie_tenants.models.upgrade_run import RegionUpgrade, UpgradeRun

__all__ = [
    "AppliedItem",
    "Domain",
    "IndicatorSnapshot",
    "Listing",
    "PageVersion",
    "PluginActivation",
    "ReadinessResult",
    "Region",
    "RegionBackup",
    "RegionDraft",
    "RegionEvent",
    "RegionUpgrade",
    "ScheduledRun",
    "TaskEnvelope",
    "UpgradeRun",
]
