"""Under which purpose the installation's key seals what."""

SEED_PURPOSE = "panels.seed"
INTEREST_PURPOSE = "panels.interest"
