"""Signing in and out, one's own account, and the home page of each desk."""
