"""Values that mean the same everywhere: credits, money, identity numbers, the clock, refusals, digests.

Nothing here knows Django, files or the network; only the standard library is imported.
"""
