"""Signing keys of issuers: made on first need, kept encrypted, replaced without invalidating what they signed.

Whoever issues something others must be able to check (certificates of the credit bank, results of admission) signs it
with the key of its organisation. The public halves are open to all, with the days each was in use.
"""
