"""Rows of the credit bank in the words pages show. One place, so that every desk reads the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guantong.base.files.models import StoredFile
from guantong.domains.credit.kinds import (
    ACHIEVEMENT_KINDS,
    ACHIEVEMENT_STATES,
    APPLICATION_STATES,
    COMPETITION_PLACES,
    RULES_STATES,
)
from guantong.domains.credit.models import Achievement, ConversionApplication, ConversionRules
from guantong.domains.credit.selectors.stories import level_label

TONES = {
    "claimed": "info",
    "deposited": "warn",
    "recognised": "good",
    "refused": "bad",
    "expired": "neutral",
    "revoked": "neutral",
    "in_review": "info",
    "returned": "warn",
    "granted": "good",
    "partly_granted": "warn",
    "in_appeal": "info",
    "withdrawn": "neutral",
    "reversed": "neutral",
    "reserved": "info",
    "released": "neutral",
    "draft": "neutral",
    "under_adoption": "info",
    "adopted": "good",
    "superseded": "neutral",
    "issued": "good",
    "corrected": "warn",
}
"""State → tone of its badge."""


PRIZES = dict(enumerate(reversed(COMPETITION_PLACES), 1))
"""Place → prize as the bank records it."""


def told_facts(achievements: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Kept facts of achievements by id, each with ``what``: kind, level and prize in words, to tell namesakes apart."""
    found = {}
    for facts in achievements:
        kind, level, place = str(facts["kind"]), str(facts.get("level") or ""), facts.get("place")
        words = [ACHIEVEMENT_KINDS[kind].label, level_label(kind, int(level) if level.isdecimal() else None)]
        words.append(PRIZES.get(place, f"第 {place} 名") if isinstance(place, int) else "")
        found[str(facts["id"])] = {**facts, "what": " · ".join(word for word in words if word)}
    return found


def achievement_words(row: Achievement) -> dict[str, Any]:
    """Kind, level, state in words."""
    return {
        "kind": ACHIEVEMENT_KINDS[row.kind].label,
        "level": level_label(row.kind, row.level),
        "state": ACHIEVEMENT_STATES[row.state],
        "tone": TONES[row.state],
    }


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claimed achievement."""

    row: Achievement
    words: dict[str, Any]
    evidence: tuple[StoredFile, ...]
    facts: list[tuple[str, str]]


def claim_shown(row: Achievement, evidence: Iterable[StoredFile], facts: list[tuple[str, str]]) -> ClaimShown:
    """A claim for its page."""
    return ClaimShown(row, achievement_words(row), tuple(evidence), facts)


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One line of an application, with the verdict it rests on."""

    id: int
    achievement: Achievement
    words: dict[str, Any]
    course_code: str
    course_name: str
    hundredths: int
    surplus: int
    grade: str
    state: str
    tone: str
    reason: str
    clause: str


@dataclass(frozen=True, slots=True)
class ApplicationShown:
    """An application with its lines, and what the computation said of everything else."""

    row: ConversionApplication
    state: str
    tone: str
    items: tuple[ItemShown, ...]
    total: int
    others: tuple[dict[str, Any], ...]
    best: dict[str, Any]
    first_come: dict[str, Any]

    @property
    def gained(self) -> int:
        """Hundredths the best use gives more than first come."""
        return int(self.best["hundredths"]) - int(self.first_come["hundredths"])


def application_shown(row: ConversionApplication) -> ApplicationShown:
    """An application for its page, from its kept facts and items."""
    courses = {c["id"]: c for c in row.facts["plan"]["courses"]}
    assigned = {(a["achievement"], a["course"]): a for a in row.proposal["best"]["assignments"]}
    items = []
    for item in row.items.select_related("achievement__issuer").order_by("pk"):
        course = courses.get(item.course_id, {"code": "", "name": ""})
        assignment = assigned.get((item.achievement.public_id, course["code"]), {})
        items.append(
            ItemShown(
                item.pk,
                item.achievement,
                achievement_words(item.achievement),
                course["code"],
                course["name"],
                item.hundredths,
                item.surplus,
                item.grade,
                item.get_state_display(),
                TONES[item.state],
                item.reason,
                assignment.get("clause", ""),
            )
        )
    used = {i.achievement.public_id for i in items}
    titles = {a["id"]: a["title"] for a in row.facts["achievements"]}
    others = tuple(
        {"title": titles[v["achievement"]], "counts": v["counts"], "reason": v["reason"]}
        for v in row.proposal["verdicts"]
        if v["achievement"] not in used
    )
    return ApplicationShown(
        row,
        APPLICATION_STATES[row.state],
        TONES[row.state],
        tuple(items),
        sum(i.hundredths for i in items),
        others,
        row.proposal["best"],
        row.proposal["first_come"],
    )


@dataclass(frozen=True, slots=True)
class RulesShown:
    """A school's rules."""

    row: ConversionRules
    state: str
    tone: str
    facts: list[tuple[str, str]]


def rules_shown(row: ConversionRules, facts: list[tuple[str, str]] | None = None) -> RulesShown:
    """Rules for their page."""
    return RulesShown(row, RULES_STATES[row.state], TONES[row.state], facts or [])
