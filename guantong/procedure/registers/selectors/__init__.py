"""Every read of titles."""
