"""Journeys: one person, one errand per file, in a real browser against the real site."""
