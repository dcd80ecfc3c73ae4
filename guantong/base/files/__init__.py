"""Attachments and their digests."""
