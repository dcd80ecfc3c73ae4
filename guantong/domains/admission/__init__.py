"""Admission (招生录取): what a province sets up, plans, candidates, choices, runs, places, appeals.

Carries out 职业教育法 art. 37 (unified admission platform, secondary schools together with general high schools),
the national and provincial plans cited in regions/*/admission, on ``engines/matching``.
How it is laid out: docs/dev/admission.md.
"""
