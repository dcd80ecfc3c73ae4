"""The credit bank at the JSON door: the same actions and selectors as the pages. docs/api/README.md tells how."""

from guantong.domains.credit.api import accounts, conversion, deposits, proofs
from guantong.domains.credit.api.frame import router

__all__ = ["accounts", "conversion", "deposits", "proofs", "router"]
