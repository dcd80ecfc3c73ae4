"""Every read of declarations."""
