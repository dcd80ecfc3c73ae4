"""Reads facts typed in by a visitor or sent to the API; every fault is collected with its place in the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from guantong.engines.conversion import errors
from guantong.engines.conversion.facts import (
    AchievementFacts,
    CourseFacts,
    LawValue,
    LearnerFacts,
    PlanFacts,
    PriorConversion,
)
from guantong.engines.conversion.reading.cursor import exact, shown
from guantong.engines.conversion.scales import (
    ACHIEVEMENT_STATES,
    CATEGORIES,
    KINDS,
    SCALES,
    level_code,
    place_of,
)
from guantong.kernel.refusal import Citation, Problem, Refusal, RefusalKind, Where

MAX_ACHIEVEMENTS = 200
MAX_COURSES = 200
MAX_PRIOR = 500
MAX_TEXT = 120
MAX_CREDITS = 1000
MAX_HOURS = 100_000
MAX_DEPTH = 14


class Body:
    """One object of the body with its place; shares the list of faults with its parts."""

    def __init__(self, value: Mapping[str, object], place: str, faults: list[Problem], known: Iterable[str]) -> None:
        self.value = value
        self.place = place
        self.faults = faults
        names = tuple(known)
        for key in list(value)[:200]:
            if key not in names:
                self.fault(str(key), errors.BODY_UNKNOWN_KEY, None, key=shown(key), known="、".join(names))

    def at(self, key: str) -> str:
        """Place of an entry."""
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, kind: RefusalKind, found: object = None, /, **values: str | int) -> None:
        """Note a fault at an entry."""
        where = Where(column=shown(self.at(key)), value=None if found is None else shown(found))
        if len(self.faults) < 100:
            self.faults.append(kind.problem(where=where, basis=None, **values))

    def need(self, key: str) -> bool:
        """Whether an entry is there; a fault otherwise."""
        if self.value.get(key) is not None:
            return True
        self.fault(key, errors.BODY_MISSING, None, key=key)
        return False

    def text(self, key: str, default: str = "") -> str:
        """Short text; whole numbers are taken as text."""
        value = self.value.get(key)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="文字")
            return default
        if len(value) > MAX_TEXT:
            self.fault(key, errors.BODY_TOO_LONG, value, given=len(value), limit=MAX_TEXT)
            return default
        return value.strip()

    def choice(self, key: str, known: Iterable[str], default: str = "") -> str:
        """One of the known codes."""
        names = list(known)
        value = self.text(key, default)
        if value not in names:
            self.fault(key, errors.BODY_UNKNOWN_CHOICE, value, given=shown(value), known="、".join(names))
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="是（true）或否（false）")
            return default
        return value

    def number(self, key: str, high: int) -> Fraction | None:
        """An exact number from 0 to ``high``."""
        value = self.value.get(key)
        if value is None:
            return None
        number = exact(value)
        if number is None:
            self.fault(key, errors.BODY_NOT_A_NUMBER, value, given=shown(value))
            return None
        if not 0 <= number <= high:
            self.fault(key, errors.BODY_OUT_OF_RANGE, value, given=shown(value), low=0, high=high)
            return None
        return number

    def hundredths(self, key: str) -> int | None:
        """Credits in hundredths."""
        number = self.number(key, MAX_CREDITS)
        if number is None:
            return None
        if (number * 100).denominator != 1:
            self.fault(key, errors.BODY_NOT_A_NUMBER, self.value.get(key), given=shown(self.value.get(key)))
            return None
        return (number * 100).numerator

    def whole(self, key: str, high: int) -> int | None:
        """A whole number from 0 to ``high``."""
        number = self.number(key, high)
        if number is not None and number.denominator != 1:
            self.fault(key, errors.BODY_WRONG_TYPE, self.value.get(key), expected="整数")
            return None
        return None if number is None else number.numerator

    def day(self, key: str) -> date | None:
        """An ISO date."""
        value = self.value.get(key)
        if value is None:
            return None
        if isinstance(value, str) and len(value) == 10:
            try:
                found = date.fromisoformat(value)
            except ValueError:
                found = None
            if found is not None and 1900 <= found.year <= 2200:
                return found
        self.fault(key, errors.BODY_BAD_DATE, value, given=shown(value))
        return None

    def items(self, key: str, limit: int) -> Iterator[tuple[str, object]]:
        """Entries of a list with their places."""
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="列表")
            return
        if len(value) > limit:
            self.fault(key, errors.BODY_TOO_MANY, None, given=len(value), limit=limit)
            return
        for position, item in enumerate(value):
            yield f"{key}[{position}]", item

    def texts(self, key: str, limit: int) -> tuple[str, ...]:
        """A list of short texts."""
        found: list[str] = []
        for place, item in self.items(key, limit):
            if isinstance(item, str) and len(item) <= MAX_TEXT:
                found.append(item.strip())
            else:
                self.fault(place, errors.BODY_WRONG_TYPE, item, expected=f"不超过 {MAX_TEXT} 个字的文字")
        return tuple(found)

    def part(self, key: str, known: Iterable[str]) -> Body | None:
        """An object inside, or None."""
        value = self.value.get(key)
        return None if value is None else self.part_of(key, value, known)

    def part_of(self, key: str, value: object, known: Iterable[str]) -> Body | None:
        """``value`` as an object at ``key``."""
        if not isinstance(value, Mapping):
            self.fault(key, errors.BODY_WRONG_TYPE, value, expected="一个对象")
            return None
        return Body(value, self.at(key), self.faults, known)


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


def depth_of(value: object, limit: int) -> int:
    """How deep a value nests; stops looking below ``limit`` + 1."""
    level: list[object] = [value]
    depth = 0
    while level and depth <= limit:
        depth += 1
        below: list[object] = []
        for item in level:
            if isinstance(item, Mapping):
                below.extend(v for v in item.values() if isinstance(v, Mapping | list | tuple))
            elif isinstance(item, list | tuple):
                below.extend(v for v in item if isinstance(v, Mapping | list | tuple))
        level = below
    return depth


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
