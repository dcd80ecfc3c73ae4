"""Titles (称号) in public, dated registers: what a procedure recognises, and every follow-up until it ends.

A definition that says ``grants`` enters a title when an outcome has ``effect: grant``; definitions ``about`` a
register renew, suspend, restore and withdraw. Entries are append-only and chained; where a title stands on a day is
computed from them. Decision 0010; how to write it: ``docs/dev/procedures.md``.
"""
