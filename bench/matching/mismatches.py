"""Random small instances of everything through both implementations: ``python -m bench.matching.mismatches [count]
[first seed]``.

Prints how many instances of each mechanism, unit, tie policy and feature were compared, and every seed whose
outcomes differ; exits with 1 when there is one.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from guantong.engines.matching.comparing import compare
from guantong.engines.matching.fast import allocate
from guantong.engines.matching.model import Instance
from guantong.engines.matching.plain import allocate_plainly
from guantong.engines.matching.tests.strategies import random_instance

COUNT = 10_000
SHOWN = 10


def features(instance: Instance) -> list[str]:
    """What the instance has, for the table."""
    rules = instance.rules
    found = [rules.mechanism, f"unit {rules.unit}", f"ties {rules.ties}", f"{rules.stages} stage(s)"]
    given = {
        "own priorities": bool(rules.weights or len(instance.score_values)),
        "quotas": bool(rules.quotas),
        "ceilings": any(quota.kind == "ceiling" for quota in rules.quotas),
        "lines or conditions": bool(rules.all_lines or rules.conditions),
        "send-backs": bool(len(instance.send_back_candidates)),
        "fixed": bool(len(instance.fixed_candidates)),
        "one shot": rules.one_shot,
        "ratio above 1": rules.ratio > 1,
        "reassignment": bool(len(instance.accepts)) and any(instance.accepts),
        "most seats left": rules.reassignment == "most_seats_left",
        "missing last": rules.missing == "last",
        "repeated runs": False,
    }
    return found + [name for name, there in given.items() if there]


def main(count: int = COUNT, first: int = 0) -> int:
    """Compare ``count`` instances from seed ``first`` on."""
    seen: Counter[str] = Counter()
    wrong: list[int] = []
    begun = time.process_time()
    for seed in range(first, first + count):
        instance = random_instance(seed)
        seen.update(features(instance))
        try:
            fast, plain = allocate(instance), allocate_plainly(instance)
            found = compare(fast, plain)
            seen["repeated runs"] += plain.runs > 1
            told = [f"{m.kind} {m.index} {m.field}: fast {m.first}, plain {m.second}" for m in found[:4]]
        except Exception as error:  # a crash of either is a mismatch too; the seed says which instance
            found, told = (None,), [repr(error)]
        if found:
            wrong.append(seed)
            if len(wrong) <= SHOWN:
                print(f"seed {seed}: {'; '.join(told)}")
    for name, number in sorted(seen.items()):
        print(f"{name:<24}{number:>8}")
    spent = time.process_time() - begun
    print(
        f"{count} instances, {len(wrong)} with mismatches, {spent:.0f} s" + (f"; seeds {wrong[:50]}" if wrong else "")
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(value) for value in sys.argv[1:3])))
