"""The form of one intake plan: what was typed, as a plan and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from guantong.domains.admission.actions.plans import PlanEntry
from guantong.domains.admission.errors import rules as errors
from guantong.domains.admission.models import Cycle, IntakePlan
from guantong.domains.admission.selectors.channels import channel_of
from guantong.kernel.refusal import Problem, Refusal, Where

FIELDS = ("programme", "batch", "group", "group_name", "kind", "seats", "fee", "years", "place", "site", "mode", "note")
TESTS = [
    ("equals", "等于"),
    ("not_equals", "不等于"),
    ("in", "是其中之一（用、分开）"),
    ("not_in", "不是其中任何一个（用、分开）"),
    ("at_least", "不低于"),
    ("at_most", "不高于"),
]
"""How a fact of the candidate is compared."""
MOST_ROWS = 10
_YES = {"是": True, "否": False}


def whole(text: str | None) -> int | None:
    """A whole number from 0 on as typed, or None."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def blank_form(cycle: Cycle) -> dict[str, Any]:
    """The empty form: the first batch and the ordinary kind chosen."""
    channel = channel_of(cycle)
    batch = channel.batches[0].id if len(channel.batches) == 1 else ""
    kind = channel.kinds[0].id if channel.kinds else ""
    values: dict[str, Any] = dict.fromkeys(FIELDS, "")
    values |= {"batch": batch, "kind": kind, "years": "3", "mode": "full_time", "site": "main", "revision": ""}
    return values | {"conditions": [_empty_row()]}


def _empty_row() -> dict[str, str]:
    return {"id": "", "title": "", "key": "", "test": "equals", "value": "", "kept": ""}


def form_of(plan: IntakePlan) -> dict[str, Any]:
    """A plan as its form shows it."""
    return {
        "programme": plan.programme.code,
        "batch": plan.batch,
        "group": plan.group_code,
        "group_name": plan.group_name,
        "kind": plan.kind,
        "seats": str(plan.seats),
        "fee": _yuan(plan.fee_fen),
        "years": f"{plan.years.normalize():f}",
        "place": plan.place,
        "site": plan.site,
        "mode": plan.mode,
        "note": plan.note,
        "revision": str(plan.revision),
        "conditions": [_row_of(one) for one in plan.conditions] or [_empty_row()],
    }


def _yuan(fen: int) -> str:
    return str(fen // 100) if fen % 100 == 0 else f"{Decimal(fen) / 100:.2f}"


def _row_of(condition: Mapping[str, Any]) -> dict[str, str]:
    """A condition as a row; one that is no single comparison is kept as it is."""
    row = _empty_row() | {"id": str(condition["id"]), "title": str(condition["title"])}
    require = condition["require"]
    tests = [test for test, _ in TESTS if isinstance(require, Mapping) and test in require]
    if not isinstance(require, Mapping) or "key" not in require or len(tests) != 1:
        return row | {"kept": str(condition["id"])}
    value = require[tests[0]]
    if isinstance(value, bool):
        text = "是" if value else "否"
    else:
        text = "、".join(str(v) for v in value) if isinstance(value, list) else str(value)
    return row | {"key": str(require["key"]), "test": tests[0], "value": text}


def typed_form(post: QueryDict) -> dict[str, Any]:
    """The form as it was typed; with one more empty row when that was asked for."""
    values: dict[str, Any] = {name: str(post.get(name) or "").strip()[:300] for name in FIELDS}
    values["revision"] = str(post.get("revision") or "")[:9]
    rows = [_typed_row(post, n) for n in _row_numbers(post)]
    if post.get("what") == "add_row" or not rows:
        rows.append(_empty_row())
    return values | {"conditions": rows[:MOST_ROWS]}


def _row_numbers(post: QueryDict) -> list[int]:
    found = {int(m[1]) for name in post if (m := re.fullmatch(r"title-(\d{1,3})", name))}
    return sorted(found)[:MOST_ROWS]


def _typed_row(post: QueryDict, number: int) -> dict[str, str]:
    return {part: str(post.get(f"{part}-{number}") or "").strip()[:200] for part in _empty_row()}


def read_entry(cycle: Cycle, post: QueryDict, before: Sequence[Mapping[str, Any]]) -> PlanEntry:
    """What was typed as a plan; ``before`` are the conditions the plan has. Refuses numbers that are none (ADM-289)."""
    typed = typed_form(post)
    flags = frozenset(a.id for a in channel_of(cycle).attributes if a.kind == "flag")
    problems: list[Problem] = []
    seats = whole(typed["seats"])
    if seats is None:
        problems.append(_wrong("seats", "计划数", typed["seats"], "请填写整数。"))
    fee = _decimal(typed["fee"])
    if fee is None or fee * 100 != int(fee * 100) or fee < 0:
        problems.append(_wrong("fee", "学费", typed["fee"], "请填写元数，最多两位小数，例如 5000。"))
    years = _decimal(typed["years"])
    if years is None:
        problems.append(_wrong("years", "学制", typed["years"], "请填写年数，例如 3。"))
    if not typed["place"]:
        problems.append(_wrong("place", "办学地点", "", "请填写学生在哪里上课。"))
    if problems or seats is None or fee is None or years is None:
        raise Refusal(problems)
    return PlanEntry(
        programme_code=typed["programme"],
        batch=typed["batch"],
        seats=seats,
        fee_fen=int(fee * 100),
        years=years,
        place=typed["place"],
        kind=typed["kind"],
        group_code=typed["group"],
        group_name=typed["group_name"],
        mode=typed["mode"],
        site=typed["site"] or "main",
        conditions=_conditions(typed["conditions"], before, flags),
        note=typed["note"],
    )


def _wrong(column: str, title: str, given: str, wanted: str) -> Problem:
    return errors.FORM_WRONG.problem(
        title=title, given=given or "（没有填写）", wanted=wanted, where=Where(column=column, title=title)
    )


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    return number if number.is_finite() and isinstance(exponent, int) and -2 <= exponent <= 6 else None


def _conditions(
    rows: Sequence[Mapping[str, str]], before: Sequence[Mapping[str, Any]], flags: frozenset[str]
) -> list[dict[str, Any]]:
    """The rows with a title as conditions; those kept as they are from ``before``."""
    kept = {str(one["id"]): dict(one) for one in before}
    taken = set(kept)
    found: list[dict[str, Any]] = []
    for row in rows:
        if row["kept"] in kept:
            found.append(kept[row["kept"]])
        elif row["title"] or row["key"]:
            found.append({"id": _id_for(row, taken), "title": row["title"], "require": _requirement(row, flags)})
    return found


def _id_for(row: Mapping[str, str], taken: set[str]) -> str:
    if row["id"] in taken:
        return row["id"]
    name = next(f"own-{n}" for n in range(1, 100) if f"own-{n}" not in taken)
    taken.add(name)
    return name


def _requirement(row: Mapping[str, str], flags: frozenset[str]) -> dict[str, Any]:
    if row["test"] in {"in", "not_in"}:
        values = [part.strip() for part in re.split(r"[、，,;；]", row["value"]) if part.strip()]
        return {"key": row["key"], row["test"]: values}
    value: Any = _YES.get(row["value"], row["value"]) if row["key"] in flags else row["value"]
    return {"key": row["key"], row["test"]: value}
