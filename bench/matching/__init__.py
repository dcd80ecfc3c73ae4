"""Matching: kernels on a million candidates against a pass over the choice array, rules, the public calls, a
national run.

``python -m bench matching`` runs all; one part with ``python -m bench.matching.<part>``: ``kernels [candidates]``,
``rules``, ``public``, ``appeal``, ``appeal_action``, ``national``, ``mismatches [count]``. The limits are stated for a
million candidates and CPU time; a pass is one sequential sum of the flat choice array read as int64 (the faster of
numpy and numba), measured beside each figure.
"""

from __future__ import annotations

import importlib

from bench.figures import Figure

PARTS = ("kernels", "rules", "public", "appeal", "appeal_action", "national")


def run() -> list[Figure]:
    """Figures for ``make bench``."""
    found: list[Figure] = []
    for part in PARTS:
        found.extend(importlib.import_module(f"bench.matching.{part}").figures())
    return found
