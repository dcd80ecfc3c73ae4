"""Every read of ledgers."""
