"""Every write of regions and organisations, by subject."""

from guantong.base.orgs.actions.changing import (
    Basis,
    end_organisation,
    merge_organisations,
    move_organisation,
    rename_organisation,
    split_organisation,
    upgrade_organisation,
)
from guantong.base.orgs.actions.changing_regions import (
    end_region,
    merge_regions,
    move_region,
    rename_region,
    split_region,
)
from guantong.base.orgs.actions.loading import load_divisions
from guantong.base.orgs.actions.registering import register_organisation, register_region

__all__ = [
    "Basis",
    "end_organisation",
    "end_region",
    "load_divisions",
    "merge_organisations",
    "merge_regions",
    "move_organisation",
    "move_region",
    "register_organisation",
    "register_region",
    "rename_organisation",
    "rename_region",
    "split_organisation",
    "split_region",
    "upgrade_organisation",
]
