"""What the plan page shows, worked out once for the visitor's page and the school's desk."""

from __future__ import annotations

from collections import Counter
from typing import Any

from guantong.base.orgs.public import name_on

from ...models import CurriculumPlan
from ...rules.plan_checks import ABSENT, MET, NOT_MET, OUTCOMES, WARNING, Check
from ...rules.totals import totals_of
from ...rules.vocabulary import COURSE_CATEGORIES, DRAFTED, PUBLISHED, SUPERSEDED, entry_label, label_of
from ...selectors.plans import checks_of, facts_of, law_day_of

__all__ = ["TONES", "check_summary", "facts_of", "plan_context"]

TONES = {MET: "good", NOT_MET: "bad", WARNING: "warn", ABSENT: "neutral"}
STATE_TONES = {DRAFTED: "warn", PUBLISHED: "good", SUPERSEDED: "neutral"}


def check_summary(checks: list[Check]) -> list[tuple[str, int, str]]:
    """(label, number, tone) of each outcome that occurs, worst first."""
    counts = Counter(check.outcome for check in checks)
    return [(OUTCOMES[o], counts[o], TONES[o]) for o in (NOT_MET, WARNING, MET, ABSENT) if counts[o]]


def plan_context(plan: CurriculumPlan) -> dict[str, Any]:
    """Everything the plan's parts need: head, checks, courses by semester, sums."""
    facts = facts_of(plan)
    checks = checks_of(plan, facts)
    totals = totals_of(facts.courses)
    day = law_day_of(plan)
    semesters = [
        (number, [c for c in facts.courses if c.semester == number], sums)
        for number, sums in totals.by_semester.items()
    ]
    return {
        "plan": plan,
        "facts": facts,
        "school": name_on(plan.school_id, day),
        "checks": checks,
        "summary": check_summary(checks),
        "totals": totals,
        "semesters": semesters,
        "categories": [
            (label, totals.by_category[key]) for key, label in COURSE_CATEGORIES if key in totals.by_category
        ],
        "law_day": day,
        "tones": TONES,
        "state_tones": STATE_TONES,
        "label_of": label_of,
        "entry_label": entry_label,
    }
