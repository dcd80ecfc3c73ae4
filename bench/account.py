"""Invented accounts and plans for measurements and large tests. Deterministic by the given random generator."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

from guantong.engines.conversion import AchievementFacts, CourseFacts, LearnerFacts, PlanFacts

ON = date(2026, 11, 22)
_CATEGORIES = ("public", "foundation", "core", "elective", "practice")
_SIZES = (100, 150, 200, 200, 250, 300, 300, 400, 400, 600)
_KINDS = (
    "skill_grade",
    "x_certificate",
    "training",
    "competition",
    "school_course",
    "work_experience",
    "vocational_qualification",
    "military_skill",
)
_LEVELS = {"skill_grade": 8, "x_certificate": 3, "competition": 5, "vocational_qualification": 5, "military_skill": 5}
_ISSUERS = ("assessment_body", "enterprise", "training_body", "authority", "higher_school")
_CODES = ("6-18-01-01", "6-18-01-02", "6-31-01-03", "4-04-05-05", "2-02-10-09")


def invented_plan(chance: random.Random, count: int = 60) -> PlanFacts:
    """A plan of ``count`` courses over six semesters."""
    courses = []
    for number in range(count):
        category = chance.choices(_CATEGORIES, (3, 2, 2, 2, 1))[0]
        module = chance.choice(("基础技能", "核心技能", "其他")) if category in ("foundation", "core") else ""
        courses.append(
            CourseFacts(
                id=number,
                code=f"C{number:02d}",
                name="体育" if number == 5 else f"课程{number}",
                category=category,
                module=module,
                credits_hundredths=chance.choice(_SIZES),
                semester=1 + number * 6 // count,
                is_required=category != "elective",
                is_convertible=number % 20 != 7,
            )
        )
    return PlanFacts(tuple(courses))


def invented_account(chance: random.Random, count: int = 60) -> tuple[list[AchievementFacts], LearnerFacts]:
    """An account of ``count`` achievements in many states, and its learner (some courses passed already)."""
    found = []
    for number in range(count):
        kind = chance.choices(_KINDS, (4, 4, 6, 4, 6, 2, 1, 1))[0]
        hours = None
        if kind == "training":
            hours = Fraction(chance.choice((8, 16, 24, 32, 34, 40, 48, 51, 64, 68, 85, 120)))
        elif kind == "work_experience":
            hours = Fraction(chance.choice((100, 200, 400, 700, 1000)))
        issued = ON - timedelta(chance.randint(-10, 2200))
        recognised = chance.choice((100, 150, 200, 250, 300, 350, 400, 500, 600, 800))
        found.append(
            AchievementFacts(
                id=f"a{number:02d}",
                kind=kind,
                title=f"成果{number}",
                subject_code=f"C{chance.randint(0, 70):02d}" if kind == "school_course" else "",
                certificate_code=chance.choice(_CODES) if kind in _LEVELS else "",
                level=str(chance.randint(1, _LEVELS[kind])) if kind in _LEVELS else "",
                grade=str(chance.randint(50, 99)) if kind in ("school_course", "training") else "",
                place=chance.randint(1, 4) if kind == "competition" else None,
                is_team=kind == "competition" and chance.random() < 0.4,
                hours=hours,
                recognised_hundredths=recognised,
                used_hundredths=min(100, recognised) if chance.random() < 0.05 else 0,
                reserved_hundredths=recognised if chance.random() < 0.03 else 0,
                issuer_id=f"o{chance.randint(1, 12)}",
                issuer_kind=chance.choice(_ISSUERS),
                issued_on=issued,
                valid_until=issued + timedelta(1000) if chance.random() < 0.2 else None,
                state="recognised" if chance.random() < 0.93 else chance.choice(("claimed", "deposited", "refused")),
                national_recognised=chance.random() < 0.9,
            )
        )
    passed = frozenset(f"C{chance.randint(0, 59):02d}" for _ in range(8))
    return found, LearnerFacts(earned_hundredths=3000, passed=passed, semester=2, enrolled_on=date(2025, 9, 1))
