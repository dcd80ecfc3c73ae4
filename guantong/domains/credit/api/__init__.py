"""The credit bank at the JSON door: the same actions and selectors as the pages. docs/api/README.md tells how."""

from guantong.domains.credit.api.accounts import get_achievement
from guantong.domains.credit.api.conversion import simulate_counts
from guantong.domains.credit.api.deposits import deposit
from guantong.domains.credit.api.frame import router
from guantong.domains.credit.api.proofs import verification

__all__ = ["deposit", "get_achievement", "router", "simulate_counts", "verification"]
