"""Whether an action is complete: its own form and its own gate. Pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from guantong.kernel.credits import to_hundredths
from guantong.kernel.money import to_fen
from guantong.kernel.refusal import Problem, Where

from . import errors
from .definition import Action, Definition, Field, Outcome, Step
from .definition.parts import CHOSEN
from .opinions import Opinion

LONGEST_OPINION = 2000
MOST_ITEMS = 50


def clean_values(
    action: Action,
    given: Mapping[str, Any],
    *,
    form: Sequence[Field] = (),
    declared: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """(values typed as the fields say, problems). Empty answers are left out; dates and decimals become text.

    Values come from forms (text), the API (JSON) or a caller (Python values); all three are read alike. ``form`` is
    what the action takes of the declaration; a field of it that ``given`` does not name at all stays as ``declared``.
    """
    kept = {f.id: declared[f.id] for f in form if declared and f.id in declared and f.id not in given}
    needed = {f.id for f in action.fields if f.id in action.needs} | {f.id for f in form if f.is_required}
    values, problems = _clean((*action.fields, *form), given, needed - kept.keys(), action.title)
    return values | kept, problems


def clean_declaration(
    form: Sequence[Field], given: Mapping[str, Any], title: str
) -> tuple[dict[str, Any], list[Problem]]:
    """The same for a declaration as it is opened: what is still missing may be filled in later."""
    return _clean(form, given, (), title)


def _clean(
    fields: Sequence[Field], given: Mapping[str, Any], needed: Container[str], title: str
) -> tuple[dict[str, Any], list[Problem]]:
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    known = {field.id for field in fields}
    for key in given:
        if str(key) not in known:
            problems.append(
                errors.UNKNOWN_FIELD.problem(where=Where(title=_short(key)), action=title, field=_short(key))
            )
    for field in fields:
        raw = given.get(field.id)
        if isinstance(raw, str):
            raw = raw.strip()
        if raw is None or raw == "" or raw == []:
            if field.id in needed:
                where = Where(column=field.id, title=field.title)
                problems.append(errors.FIELD_NEEDED.problem(where=where, action=title, field=field.title))
            continue
        try:
            values[field.id] = _READERS[field.kind](field, raw)
        except ValueError as error:
            where = Where(column=field.id, title=field.title, value=_short(raw))
            problems.append(errors.FIELD_WRONG.problem(where=where, field=field.title, why=str(error)))
    return values, problems


def why_incomplete(
    definition: Definition, action: Action, opinion: Opinion, materials: Iterable[tuple[str, str]]
) -> list[Problem]:
    """Everything the gate of ``action`` still misses; ``materials`` are (requirement, state) of the case."""
    problems = check_opinion(definition, opinion)
    needs = action.needs
    if "opinion" in needs and not opinion.text:
        problems.append(errors.OPINION_NEEDED.problem(where=Where(column="opinion", title="意见"), action=action.title))
    if "reasons" in needs and not opinion.reasons:
        problems.append(errors.REASONS_NEEDED.problem(where=Where(column="reasons", title="理由"), action=action.title))
    if "items" in needs and not opinion.items:
        problems.append(
            errors.ITEMS_NEEDED.problem(where=Where(column="items", title="需要更正的内容"), action=action.title)
        )
    if "materials" in needs:
        problems.extend(_missing_materials(definition, action, list(materials)))
    return problems


def why_not_chosen(definition: Definition, action: Action, to: str) -> list[Problem]:
    """The missing or unknown choice of an action that leads to ``chosen``."""
    if action.to != CHOSEN or to in action.choices:
        return []
    known = "、".join(title for _, title in choices_of(definition, action))
    where = Where(column="to", title="转到哪里", value=_short(to) or None)
    return [errors.CHOICE_NEEDED.problem(where=where, action=action.title, known=known)]


def choices_of(definition: Definition, action: Action) -> list[tuple[str, str]]:
    """(id, title) of the steps and outcomes an action may be told to lead to; none where what was declared decides."""
    if action.to != CHOSEN:
        return []
    places: dict[str, Step | Outcome] = {**definition.steps, **definition.outcomes}
    return [(to, places[to].title) for to in action.choices]


def check_opinion(definition: Definition, opinion: Opinion) -> list[Problem]:
    """Problems of an opinion by itself: unknown reasons, unfinished items, too long."""
    problems: list[Problem] = []
    for text in (opinion.text, *(item.text for item in opinion.items)):
        if len(text) > LONGEST_OPINION:
            where = Where(column="opinion", title="意见")
            problems.append(errors.OPINION_TOO_LONG.problem(where=where, found=len(text), most=LONGEST_OPINION))
    for reason in opinion.reasons:
        if definition.reason(reason) is None:
            where = Where(column="reasons", title="理由")
            problems.append(errors.UNKNOWN_REASON.problem(where=where, reason=_short(reason)))
    for item in opinion.items[: MOST_ITEMS + 1]:
        if not item.on or not item.text or len(item.on) > 80:
            where = Where(column="items", title="需要更正的内容")
            problems.append(errors.UNKNOWN_ITEM.problem(where=where, item=_short(item.on or item.text or "（空白）")))
    if len(opinion.items) > MOST_ITEMS:
        where = Where(column="items", title="需要更正的内容")
        problems.append(errors.TOO_MANY_ITEMS.problem(where=where, found=len(opinion.items), most=MOST_ITEMS))
    return problems


def _missing_materials(definition: Definition, action: Action, held: Sequence[tuple[str, str]]) -> list[Problem]:
    problems: list[Problem] = []
    for requirement in definition.requirements:
        states = {state for held_for, state in held if held_for == requirement.id and state != "replaced"}
        where = Where(column=requirement.id, title=requirement.title)
        if "returned" in states:
            problems.append(errors.MATERIAL_RETURNED.problem(where=where, title=requirement.title, action=action.title))
        elif requirement.is_required and not states:
            problems.append(errors.MATERIAL_NEEDED.problem(where=where, title=requirement.title, action=action.title))
    return problems


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("应当是文字")
    if len(raw) > field.max_length:
        raise ValueError(f"有{len(raw)}个字，最多{field.max_length}个字")
    if field.kind == "text" and ("\n" in raw or "\r" in raw):
        raise ValueError("应当写在一行里")
    if any(ord(c) < 32 and c not in "\n\r\t" for c in raw):
        raise ValueError("含有不能显示的字符")
    return raw


def _number(field: Field, raw: Any) -> Decimal:
    if isinstance(raw, bool | float):
        raise ValueError("应当是数，小数请写成文字")
    text = str(raw)
    if len(text) > 30:
        raise ValueError("数太长")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("应当是数") from None
    if not number.is_finite() or abs(number.adjusted()) > 15:
        raise ValueError("应当是普通大小的数")
    if field.least is not None and number < field.least:
        raise ValueError(f"不能小于{field.least:f}{field.unit}")
    if field.most is not None and number > field.most:
        raise ValueError(f"不能大于{field.most:f}{field.unit}")
    return number


def _decimal(field: Field, raw: Any) -> str:
    return format(_number(field, raw), "f")


def _integer(field: Field, raw: Any) -> int:
    number = _number(field, raw)
    if number != number.to_integral_value():
        raise ValueError("应当是整数")
    return int(number)


def _credits(field: Field, raw: Any) -> str:
    number = _number(field, raw)
    if number < 0:
        raise ValueError("不能小于0")
    try:
        to_hundredths(number)
    except ValueError:
        raise ValueError("最多写到百分之一学分") from None
    return format(number, "f")


def _money(field: Field, raw: Any) -> int:
    """Yuan as typed, kept in fen."""
    number = _number(field, raw)
    try:
        return to_fen(number)
    except ValueError:
        raise ValueError("最多写到分") from None


def _date(field: Field, raw: Any) -> str:
    del field
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    try:
        return date.fromisoformat(raw if isinstance(raw, str) and len(raw) == 10 else "").isoformat()
    except ValueError:
        raise ValueError("应当是日期，例如 2025-09-01") from None


def _flag(field: Field, raw: Any) -> bool:
    del field
    if isinstance(raw, bool):
        return raw
    if raw in ("on", "true", "yes", "1", "是"):
        return True
    if raw in ("off", "false", "no", "0", "否"):
        return False
    raise ValueError("应当是“是”或“否”")


def _choice(field: Field, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in {c.id for c in field.choices}:
        raise ValueError("要从列出的各项里选：" + "、".join(c.title for c in field.choices))
    return raw


def _choices(field: Field, raw: Any) -> list[str]:
    given = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, Sequence) else [None]
    chosen = {_choice(field, entry) for entry in given}
    return [c.id for c in field.choices if c.id in chosen]


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "credits": _credits,
    "money": _money,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "choices": _choices,
}
