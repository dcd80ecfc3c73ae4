"""Pages of the hall and of declarations."""
