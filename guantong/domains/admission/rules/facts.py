"""A candidate's facts as the channel asks for them: read, typed, complete."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from guantong.kernel.refusal import Problem, Refusal, Where

from ..errors import rules as errors
from .conditions import NO, YES, Cell
from .declaration.shapes import Attribute, Channel

LARGEST = Decimal(1_000_000)


def read_facts(channel: Channel, given: Mapping[str, object]) -> dict[str, Cell]:
    """Typed facts by attribute id; missing ones are None.

    ``given`` may hold texts, whole numbers, Decimals and booleans; 是 and 否 are read as yes and no. Raises a Refusal
    with every fault: an unknown fact (ADM-245), a value that is none (ADM-246), a required fact left out (ADM-247).
    """
    problems: list[Problem] = []
    facts: dict[str, Cell] = {}
    known = {attribute.id for attribute in channel.attributes}
    for key in given:
        if key not in known:
            titles = "、".join(attribute.title for attribute in channel.attributes) or "（没有）"
            problems.append(errors.FACT_UNKNOWN.problem(where=Where(column=key), given=key, known=titles))
    for attribute in channel.attributes:
        value = given.get(attribute.id)
        if value is None or (isinstance(value, str) and not value.strip()):
            facts[attribute.id] = None
            if attribute.required:
                where = Where(column=attribute.id, title=attribute.title)
                problems.append(errors.FACT_MISSING.problem(where=where, title=attribute.title))
            continue
        cell = _typed(attribute, value)
        if cell is None:
            shown, where = str(value)[:40], Where(column=attribute.id, title=attribute.title)
            problems.append(
                errors.FACT_FORM.problem(where=where, title=attribute.title, given=shown, wanted=_wanted(attribute))
            )
        facts[attribute.id] = cell
    if problems:
        raise Refusal(problems)
    return facts


def _typed(attribute: Attribute, value: object) -> Cell:
    """The value by the attribute's kind; None when it is none."""
    if attribute.kind == "flag":
        if isinstance(value, bool):
            return value
        return {YES: True, NO: False}.get(str(value).strip())
    if isinstance(value, bool | float):
        return None
    text = str(value).strip()
    if attribute.kind == "number":
        return read_decimal(text)
    if attribute.kind == "choice":
        return text if text in attribute.choices else None
    return text if len(text) <= 100 else None


def read_decimal(text: str) -> Decimal | None:
    """A number of at most three decimal places and at most a million; None for anything else."""
    if not text.isascii() or len(text) > 16 or "_" in text or "e" in text.lower():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or not isinstance(exponent, int) or exponent < -3 or abs(number) > LARGEST:
        return None
    return number


def _wanted(attribute: Attribute) -> str:
    if attribute.kind == "choice":
        return "可以填写的有：" + "、".join(attribute.choices) + "。"
    if attribute.kind == "number":
        return "请填写阿拉伯数字，最多三位小数。"
    return "请填写“是”或“否”。" if attribute.kind == "flag" else "请填写不超过 100 个字的文字。"


def show_mark(mark: Decimal) -> str:
    """A mark as people read it, without trailing zeros: ``450``, ``112.5``."""
    return format(mark.normalize(), "f")
