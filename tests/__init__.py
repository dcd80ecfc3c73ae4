"""Tests that belong to no single room, and what all of them share."""
