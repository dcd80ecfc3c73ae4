"""Every read of notices and letters."""
