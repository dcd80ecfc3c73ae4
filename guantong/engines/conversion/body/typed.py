"""The parts of a typed body as facts: plan, achievements, learner, numbers of the law, choices."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.engines.conversion import errors
from guantong.engines.conversion.body.cursor import (
    MAX_ACHIEVEMENTS,
    MAX_COURSES,
    MAX_DEPTH,
    MAX_HOURS,
    MAX_PRIOR,
    Body,
    depth_of,
)
from guantong.engines.conversion.facts import (
    AchievementFacts,
    CourseFacts,
    LawValue,
    LearnerFacts,
    PlanFacts,
    PriorConversion,
)
from guantong.engines.conversion.reading.cursor import shown
from guantong.engines.conversion.scales import (
    ACHIEVEMENT_STATES,
    CATEGORIES,
    KINDS,
    SCALES,
    level_code,
    place_of,
)
from guantong.kernel.refusal import Citation, Problem, Refusal

BODY_KEYS = ("on", "region", "rules", "plan", "achievements", "learner", "law", "method", "choices", "note")
COURSE_KEYS = ("id", "code", "name", "category", "module", "credits", "semester", "is_required", "is_convertible")
ACHIEVEMENT_KEYS = (
    "id",
    "kind",
    "title",
    "subject_code",
    "certificate_code",
    "level",
    "grade",
    "place",
    "is_team",
    "hours",
    "credits",
    "used_credits",
    "reserved_credits",
    "issuer_id",
    "issuer_kind",
    "issued_on",
    "valid_until",
    "state",
    "national_recognised",
    "recognitions",
)
LEARNER_KEYS = ("earned_credits", "passed", "exempted", "semester", "enrolled_on", "prior")
PRIOR_KEYS = (
    "credits",
    "course",
    "kind",
    "achievement",
    "certificate_code",
    "issuer_id",
    "issuer_kind",
    "issued_on",
    "converted_on",
)
METHODS = ("both", "best", "first_come")


def open_body(facts: object) -> Body:
    """The body as an object of bounded depth. Raises CNV-201 and CNV-212."""
    if not isinstance(facts, Mapping):
        raise errors.BODY_NOT_OBJECT.refuse()
    if depth_of(facts, MAX_DEPTH) > MAX_DEPTH:
        raise errors.BODY_TOO_DEEP.refuse()
    return Body(facts, "", [], BODY_KEYS)


def read_plan(body: Body) -> PlanFacts:
    """``plan``: its courses, and the credits needed to complete."""
    plan = body.part("plan", ("name", "total_credits", "courses")) if body.need("plan") else None
    if plan is None:
        return PlanFacts(())
    plan.text("name")
    courses: list[CourseFacts] = []
    seen: set[str] = set()
    plan.need("courses")
    for place, item in plan.items("courses", MAX_COURSES):
        row = plan.part_of(place, item, COURSE_KEYS)
        if row is None:
            continue
        row.need("code")
        row.need("credits")
        code = row.text("code")
        if code in seen:
            row.fault("code", errors.BODY_DUPLICATE, code, given=shown(code))
        seen.add(code)
        courses.append(
            CourseFacts(
                id=row.text("id") or code,
                code=code,
                name=row.text("name") or code,
                category=row.choice("category", CATEGORIES, "core"),
                module=row.text("module"),
                credits_hundredths=row.hundredths("credits") or 0,
                semester=row.whole("semester", 20) or 0,
                is_required=row.flag("is_required", True),
                is_convertible=row.flag("is_convertible", True),
            )
        )
    return PlanFacts(tuple(courses), plan.hundredths("total_credits"))


def read_achievements(body: Body) -> list[AchievementFacts]:
    """``achievements``; ids are given when left out."""
    found: list[AchievementFacts] = []
    seen: set[str] = set()
    body.need("achievements")
    for number, (place, item) in enumerate(body.items("achievements", MAX_ACHIEVEMENTS), start=1):
        row = body.part_of(place, item, ACHIEVEMENT_KEYS)
        if row is None:
            continue
        name = row.text("id") or f"{number}"
        if name in seen:
            row.fault("id", errors.BODY_DUPLICATE, name, given=shown(name))
        seen.add(name)
        row.need("kind")
        kind = row.choice("kind", KINDS, "other")
        found.append(
            AchievementFacts(
                id=name,
                kind=kind,
                title=row.text("title"),
                subject_code=row.text("subject_code"),
                certificate_code=row.text("certificate_code"),
                level=_level(row, kind),
                grade=row.text("grade"),
                place=_place(row),
                is_team=row.flag("is_team", False),
                hours=row.number("hours", MAX_HOURS),
                recognised_hundredths=row.hundredths("credits"),
                used_hundredths=row.hundredths("used_credits") or 0,
                reserved_hundredths=row.hundredths("reserved_credits") or 0,
                issuer_id=row.text("issuer_id"),
                issuer_kind=row.text("issuer_kind"),
                issued_on=row.day("issued_on"),
                valid_until=row.day("valid_until"),
                state=row.choice("state", ACHIEVEMENT_STATES, "recognised"),
                national_recognised=row.flag("national_recognised", False),
                recognitions=row.texts("recognitions", 20),
            )
        )
    return found


def _level(row: Body, kind: str) -> str:
    text = row.text("level")
    if not text or kind not in SCALES:
        return text
    code = level_code(kind, text)
    if code is None:
        known = "、".join(f"{c}（{n}）" for c, n in SCALES[kind])
        row.fault("level", errors.BODY_UNKNOWN_CHOICE, text, given=shown(text), known=known)
        return ""
    return code


def _place(row: Body) -> int | None:
    text = row.text("place")
    if not text:
        return None
    place = place_of(text)
    if place is None:
        row.fault("place", errors.BODY_WRONG_TYPE, text, expected="名次（例如 2）或奖项（例如 二等奖）")
    return place


def read_learner(body: Body) -> LearnerFacts:
    """``learner``; left out for a visitor."""
    row = body.part("learner", LEARNER_KEYS)
    if row is None:
        return LearnerFacts()
    prior: list[PriorConversion] = []
    for place, item in row.items("prior", MAX_PRIOR):
        one = row.part_of(place, item, PRIOR_KEYS)
        if one is None:
            continue
        one.need("credits")
        prior.append(
            PriorConversion(
                hundredths=one.hundredths("credits") or 0,
                course_code=one.text("course"),
                kind=one.choice("kind", KINDS, "other"),
                achievement_id=one.text("achievement"),
                certificate_code=one.text("certificate_code"),
                issuer_id=one.text("issuer_id"),
                issuer_kind=one.text("issuer_kind"),
                issued_on=one.day("issued_on"),
                converted_on=one.day("converted_on"),
            )
        )
    return LearnerFacts(
        earned_hundredths=row.hundredths("earned_credits") or 0,
        passed=frozenset(row.texts("passed", MAX_COURSES)),
        exempted=frozenset(row.texts("exempted", MAX_COURSES)),
        semester=row.whole("semester", 20) or 0,
        enrolled_on=row.day("enrolled_on"),
        prior=tuple(prior),
    )


def read_law(body: Body) -> dict[str, LawValue]:
    """``law``: numbers by key, each with its source; usually left out and taken from the region."""
    value = body.value.get("law")
    found: dict[str, LawValue] = {}
    if value is None:
        return found
    law = body.part("law", [str(k) for k in value] if isinstance(value, Mapping) else ())
    if law is None:
        return found
    if len(law.value) > 100:
        law.fault("", errors.BODY_TOO_MANY, None, given=len(law.value), limit=100)
        return found
    for key in law.value:
        row = law.part(str(key), ("value", "title", "number", "clause", "in_force_from"))
        if row is None or not row.need("value"):
            continue
        given = row.value["value"]
        number = [str(v) for v in given][:100] if isinstance(given, list | tuple) else row.text("value")
        citation = Citation(
            document=str(key),
            title=row.text("title") or str(key),
            number=row.text("number") or None,
            clause=row.text("clause"),
            in_force_from=row.day("in_force_from"),
        )
        found[str(key)] = LawValue(number, citation)
    return found


def read_choices(body: Body) -> list[tuple[str, str]] | None:
    """``choices``: pairs [achievement, course]; None when left out."""
    if body.value.get("choices") is None:
        return None
    found: list[tuple[str, str]] = []
    for place, item in body.items("choices", MAX_ACHIEVEMENTS * 10):
        if isinstance(item, list | tuple) and len(item) == 2 and all(isinstance(v, str) for v in item):
            found.append((str(item[0]), str(item[1])))
        else:
            body.fault(place, errors.BODY_WRONG_TYPE, item, expected="一对编号：[成果, 课程]")
    return found


def finish(body: Body) -> None:
    """Refuse when any fault was found."""
    if body.faults:
        raise Refusal(body.faults, status=max(problem_status(p) for p in body.faults))


def problem_status(problem: Problem) -> int:
    """HTTP status of a fault of this module."""
    return 413 if problem.code == errors.BODY_TOO_MANY.code else 422
