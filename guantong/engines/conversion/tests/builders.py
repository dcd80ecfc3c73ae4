"""Small plans, achievements and rule documents for the tests of this engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from guantong.engines.conversion import AchievementFacts, CourseFacts, LawValue, PlanFacts
from guantong.engines.conversion.facts import LawNumber
from guantong.kernel.refusal import Citation

ON = date(2026, 11, 22)
RULESETS = Path(__file__).parents[4] / "regions" / "990000-demo" / "rulesets"


def demo(name: str) -> dict[str, Any]:
    """A demo ruleset by the beginning of its file name."""
    (path,) = RULESETS.glob(f"{name}*.yaml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def course(code: str, credits: str, category: str = "core", **more: Any) -> CourseFacts:
    """A course; ``credits`` as text."""
    hundredths = Fraction(credits) * 100
    assert hundredths.denominator == 1
    return CourseFacts(
        id=code,
        code=code,
        name=more.pop("name", f"课程{code}"),
        category=category,
        credits_hundredths=int(hundredths),
        **more,
    )


def plan(*courses: CourseFacts, total: int | None = None) -> PlanFacts:
    """A plan of these courses."""
    return PlanFacts(courses, total)


def achievement(name: str, kind: str, recognised: str | None = None, **more: Any) -> AchievementFacts:
    """An achievement earned on 1 June 2026 unless said otherwise."""
    more.setdefault("issued_on", date(2026, 6, 1))
    if "hours" in more and more["hours"] is not None:
        more["hours"] = Fraction(more["hours"])
    hundredths = None if recognised is None else int(Fraction(recognised) * 100)
    return AchievementFacts(id=name, kind=kind, title=f"成果{name}", recognised_hundredths=hundredths, **more)


def document(**changes: Any) -> dict[str, Any]:
    """A small correct document: any training, three credits, any course; ``changes`` replace top entries."""
    base: dict[str, Any] = {
        "id": "test",
        "title": "测试办法",
        "version": 1,
        "in_force_from": "2024-09-01",
        "use": {"single_use": True, "surplus": "lost", "combine": False, "partial": False, "clause": "第二条"},
        "rules": [
            {
                "id": "r1",
                "clause": "第三条",
                "kinds": ["training"],
                "to": {"categories": ["public", "foundation", "core", "elective", "practice"]},
                "credits": {"fixed": "3"},
            }
        ],
    }
    base.update(changes)
    return {key: value for key, value in base.items() if value is not None}


def rule(**changes: Any) -> dict[str, Any]:
    """The rule of :func:`document` with changes."""
    base = dict(document()["rules"][0])
    base.update(changes)
    return {key: value for key, value in base.items() if value is not None}


def law(**numbers: object) -> Mapping[str, LawNumber]:
    """Numbers of the law; keys with ``__`` for dots: ``certificate_cap="8"`` is ``credit.certificate_cap``."""
    return {
        "credit." + name.replace("__", "."): LawValue(
            value, Citation("law-1", "某省学分银行办法", "〔2024〕1号", "第九条", date(2024, 9, 1))
        )
        for name, value in numbers.items()
    }
