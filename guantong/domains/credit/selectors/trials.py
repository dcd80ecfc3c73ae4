"""Trying rules on the past: who would gain, who would lose, before anything is adopted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guantong.domains.credit.models import ConversionApplication, ConversionRules
from guantong.domains.credit.rules.conversion import compute
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Refusal

MOST_PAST = 500
"""Past applications a trial reads, newest first."""


def trial_on_past(rules: ConversionRules, *, limit: int = MOST_PAST) -> dict[str, Any]:
    """Every past application of the school computed under ``rules`` beside what was computed then.

    The facts of then, the rules of now: the day is the application's own, the law too. Returns counts, the sums in
    hundredths, and one line a changed application: its number, before, after, and why (which achievements count for
    more or less and what the new rules say of them, or why the new rules refuse it altogether).
    Nothing is written.
    """
    lines: list[dict[str, Any]] = []
    gain = lose = same = 0
    before_sum = after_sum = 0
    past = ConversionApplication.objects.filter(rules__school_id=rules.school_id).order_by("-applied_at")[:limit]
    for application in past:
        document = dict(rules.document) | {
            "in_force_from": application.facts["rules"].get("in_force_from", "2000-01-01")
        }
        document.pop("until", None)
        before = int(application.proposal["best"]["hundredths"])
        why = ""
        try:
            best = compute(dict(application.facts) | {"rules": document})["best"]
            after, why = int(best["hundredths"]), _changed(application.facts, application.proposal["best"], best)
        except Refusal as refusal:
            after, why = 0, refusal.problems[0].message
        before_sum += before
        after_sum += after
        if after > before:
            gain += 1
        elif after < before:
            lose += 1
        else:
            same += 1
            continue
        lines.append(
            {
                "application": application.public_id,
                "before": show_credits(before),
                "after": show_credits(after),
                "change": after - before,
                "why": why,
            }
        )
    return {
        "digest": rules.digest,
        "applications": gain + lose + same,
        "gain": gain,
        "lose": lose,
        "same": same,
        "before_hundredths": before_sum,
        "after_hundredths": after_sum,
        "lines": sorted(lines, key=lambda line: line["change"])[:200],
    }


def _changed(facts: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What became of the achievements whose credits differ, the largest change first; at most three are told."""
    titles = {a["id"]: a["title"] for a in facts["achievements"]}
    before = {o["achievement"]: int(o["hundredths"]) for o in old["outcomes"]}
    moved = [
        (int(o["hundredths"]) - before.get(o["achievement"], 0), o)
        for o in new["outcomes"]
        if int(o["hundredths"]) != before.get(o["achievement"], 0)
    ]
    moved.sort(key=lambda pair: -abs(pair[0]))
    told = [
        f"“{titles[o['achievement']]}”由 {show_credits(before.get(o['achievement'], 0))} 学分变为 {o['credits']} 学分："
        f"{o['reason']['message']}"
        for _, o in moved[:3]
    ]
    return "".join(told) + (f"另有 {len(moved) - 3} 项变动。" if len(moved) > 3 else "")
