"""Upgrading the fleet: bringing all regions to the migrations of this release."""

from zelfregie_tenants.domain.upgrade.plan import FleetPlan, PlannedRegion, Standing, plan_fleet
from zelfregie_tenants.domain.upgrade.run import Report, UpgradeRefused, is_upgrading, probe, upgrade_fleet

__all__ = [
    "FleetPlan",
    "PlannedRegion",
    "Report",
    "Standing",
    "UpgradeRefused",
    "is_upgrading",
    "plan_fleet",
    "probe",
    "upgrade_fleet",
]
