"""Kept facts that come back from outside: every part is looked at before anything is computed from it.

The facts of an application can be exported, kept by anyone and computed again; what somebody brings may be altered,
so it is read like any other body: every fault with its place, in the words of the conversion engine (CNV-2xx).
"""

from __future__ import annotations

from collections.abc import Mapping

from guantong.engines.conversion import errors
from guantong.engines.conversion.body import (
    MAX_ACHIEVEMENTS,
    MAX_COURSES,
    MAX_HOURS,
    MAX_PRIOR,
    Body,
    finish,
    read_choices,
)
from guantong.engines.conversion.scales import ACHIEVEMENT_STATES, CATEGORIES, KINDS

KEPT_KEYS = ("on", "region", "law_version", "law", "rules", "plan", "achievements", "learner", "choices")
MARK = "law_version"
"""Only kept facts hold this; a typed body does not."""
MOST_HUNDREDTHS = 100_000

_TEXT, _WHOLE, _FLAG, _DAY = "text", "whole", "flag", "day"
_COURSE = {
    "id": "id",
    "code": _TEXT,
    "name": _TEXT,
    "category": _TEXT,
    "module": _TEXT,
    "credits_hundredths": _WHOLE,
    "hours": _WHOLE,
    "practice_hours": _WHOLE,
    "semester": _WHOLE,
    "is_required": _FLAG,
    "is_convertible": _FLAG,
}
_ACHIEVEMENT = {
    "id": _TEXT,
    "kind": _TEXT,
    "title": _TEXT,
    "subject_code": _TEXT,
    "certificate_code": _TEXT,
    "level": _TEXT,
    "grade": _TEXT,
    "place": "whole?",
    "is_team": _FLAG,
    "hours": "hours?",
    "recognised_hundredths": "whole?",
    "used_hundredths": _WHOLE,
    "reserved_hundredths": _WHOLE,
    "issuer_id": _TEXT,
    "issuer_kind": _TEXT,
    "issued_on": "day?",
    "valid_until": "day?",
    "state": _TEXT,
    "national_recognised": _FLAG,
    "recognitions": "texts",
}
_PRIOR = {
    "hundredths": _WHOLE,
    "course_code": _TEXT,
    "kind": _TEXT,
    "achievement_id": _TEXT,
    "certificate_code": _TEXT,
    "issuer_id": _TEXT,
    "issuer_kind": _TEXT,
    "issued_on": "day?",
    "converted_on": "day?",
}
_LEARNER = {
    "earned_hundredths": _WHOLE,
    "passed": "texts",
    "exempted": "texts",
    "semester": _WHOLE,
    "enrolled_on": "day?",
    "prior": "own",
}
_CITATION = {
    "document": _TEXT,
    "title": _TEXT,
    "number": "text?",
    "clause": _TEXT,
    "in_force_from": "day?",
    "source": _TEXT,
}


def check_kept(value: Mapping[str, object]) -> None:
    """Refuse facts that :func:`.conversion.compute` could not read, with every fault (CNV-2xx) and its place."""
    body = Body(value, "", [], KEPT_KEYS)
    for key in ("on", "region", "law", "rules", "plan", "achievements", "learner"):
        body.need(key)
    body.day("on")
    _text(body, "region")
    _text(body, MARK)
    if value.get("rules") is not None and not isinstance(value["rules"], Mapping):
        body.fault("rules", errors.BODY_WRONG_TYPE, value["rules"], expected="一份规则（对象）")
    if "choices" not in value:
        body.fault("choices", errors.BODY_MISSING, None, key="choices")
    read_choices(body)
    _law(body)
    _plan(body)
    _achievements(body)
    _learner(body)
    finish(body)


def _plan(body: Body) -> None:
    plan = body.part("plan", ("public_id", "name", "total_credits_hundredths", "courses"))
    if plan is None:
        return
    for key in ("public_id", "name"):
        _text(plan, key)
    if "total_credits_hundredths" not in plan.value:
        plan.fault("total_credits_hundredths", errors.BODY_MISSING, None, key="total_credits_hundredths")
    elif plan.value["total_credits_hundredths"] is not None:
        _whole(plan, "total_credits_hundredths")
    plan.need("courses")
    for place, item in plan.items("courses", MAX_COURSES * 2):
        row = plan.part_of(place, item, _COURSE)
        if row is not None:
            _fields(row, _COURSE)
            row.choice("category", CATEGORIES, "core")


def _achievements(body: Body) -> None:
    seen: set[object] = set()
    for place, item in body.items("achievements", MAX_ACHIEVEMENTS * 5):
        row = body.part_of(place, item, _ACHIEVEMENT)
        if row is None:
            continue
        _fields(row, _ACHIEVEMENT)
        row.choice("kind", KINDS, "other")
        row.choice("state", ACHIEVEMENT_STATES, "recognised")
        name = row.text("id")
        if name in seen:
            row.fault("id", errors.BODY_DUPLICATE, name, given=name[:40])
        seen.add(name)


def _learner(body: Body) -> None:
    row = body.part("learner", _LEARNER)
    if row is None:
        return
    _fields(row, _LEARNER)
    for place, item in row.items("prior", MAX_PRIOR):
        one = row.part_of(place, item, _PRIOR)
        if one is not None:
            _fields(one, _PRIOR)
            one.choice("kind", KINDS, "other")


def _law(body: Body) -> None:
    value = body.value.get("law")
    law = body.part("law", [str(k) for k in value] if isinstance(value, Mapping) else ())
    if law is None:
        return
    if len(law.value) > 100:
        law.fault("", errors.BODY_TOO_MANY, None, given=len(law.value), limit=100)
        return
    for key in law.value:
        row = law.part_of(str(key), law.value[key], ("value", "citation"))
        if row is None:
            continue
        given = row.value.get("value")
        if isinstance(given, list):
            row.texts("value", 100)
        else:
            _text(row, "value")
        cited = row.part("citation", _CITATION)
        if cited is not None:
            _fields(cited, _CITATION, limit=500)
        else:
            row.need("citation")


def _fields(row: Body, kinds: Mapping[str, str], *, limit: int = 120) -> None:
    """Every field there and of its kind; ``?`` marks those that may be empty, ``own`` those checked elsewhere."""
    for key, kind in kinds.items():
        if key not in row.value:
            row.fault(key, errors.BODY_MISSING, None, key=key)
            continue
        value = row.value[key]
        if value is None and kind.endswith("?"):
            continue
        if kind == "id" and isinstance(value, int) and not isinstance(value, bool):
            _whole(row, key, 2**63)
        elif kind in ("id", "text", "text?"):
            _text(row, key, limit)
        elif kind.startswith("whole"):
            _whole(row, key)
        elif kind.startswith("day"):
            if row.need(key):
                row.day(key)
        elif kind == "hours?":
            if isinstance(value, str):
                row.number(key, MAX_HOURS)
            else:
                row.fault(key, errors.BODY_WRONG_TYPE, value, expected="文字形式的数")
        elif kind == "flag" and not isinstance(value, bool):
            row.fault(key, errors.BODY_WRONG_TYPE, value, expected="是（true）或否（false）")
        elif kind == "texts":
            row.need(key)
            row.texts(key, MAX_COURSES * 2)
        elif kind == "own":
            row.need(key)


def _text(row: Body, key: str, limit: int = 120) -> None:
    value = row.value.get(key)
    if not isinstance(value, str):
        row.fault(key, errors.BODY_WRONG_TYPE, value, expected="文字")
    elif len(value) > limit:
        row.fault(key, errors.BODY_TOO_LONG, value, given=len(value), limit=limit)


def _whole(row: Body, key: str, most: int = MOST_HUNDREDTHS) -> None:
    value = row.value.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        row.fault(key, errors.BODY_WRONG_TYPE, value, expected="整数")
    elif not 0 <= value <= most:
        row.fault(key, errors.BODY_OUT_OF_RANGE, None, given=str(value)[:40], low=0, high=most)
