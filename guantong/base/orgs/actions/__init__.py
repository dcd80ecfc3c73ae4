"""Every write of regions and organisations, by subject."""

from guantong.base.orgs.actions.registering import register_organisation, register_region

__all__ = ["register_organisation", "register_region"]
