"""What other rooms may use of orgs."""

from guantong.base.orgs.selectors import (
    RegionTree,
    authority_on,
    find_by_credit_code,
    find_by_name,
    find_by_school_code,
    has_authority_over,
    kind_on,
    list_spans,
    name_on,
    names_on,
    region_names_on,
    region_on,
    region_tree,
    roll_up,
    roll_up_regions,
    successors_on,
)

__all__ = [
    "RegionTree",
    "authority_on",
    "find_by_credit_code",
    "find_by_name",
    "find_by_school_code",
    "has_authority_over",
    "kind_on",
    "list_spans",
    "name_on",
    "names_on",
    "region_names_on",
    "region_on",
    "region_tree",
    "roll_up",
    "roll_up_regions",
    "successors_on",
]
