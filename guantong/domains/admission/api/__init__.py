"""Admission at the JSON door: the same selectors and actions as the pages. docs/api/README.md tells how."""

from guantong.domains.admission.api import cycles, figures, own, places
from guantong.domains.admission.api.frame import router

__all__ = ["cycles", "figures", "own", "places", "router"]
