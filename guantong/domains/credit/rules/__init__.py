"""Decisions of the credit bank as pure functions of facts, law and date."""
