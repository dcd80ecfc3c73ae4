"""A child region may only tighten what its parent set: what is looser, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from ..conditions import All, Condition
from .shapes import BankValue, Bar, Channel, Exemption, Ground, Line, Proof, Quota, Requirement


class _Item(Protocol):
    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Item)


def looser(child: Channel, parent: Channel) -> Iterator[tuple[str, str, str, Ground, Ground]]:
    """(place, title, why, ground of the child's, ground of the parent's) of everything the child loosened."""
    yield from _pairs("免考", child.exemptions, parent.exemptions, _exemption)
    yield from _pairs("互斥规定", child.bars, parent.bars, _bar)
    yield from _pairs("分数线", child.lines, parent.lines, _line)
    yield from _pairs("录取条件", child.conditions, parent.conditions, _requirement)
    yield from _pairs("配额", child.quotas, parent.quotas, _quota)
    for attribute in parent.attributes:
        own = child.attribute(attribute.id)
        if own is not None and own != attribute:
            gone = [choice for choice in attribute.choices if choice not in own.choices]
            if attribute.proof is not None and own.proof is None:
                yield "考生信息", attribute.title, "不再要求佐证", child.ground, parent.ground
            elif attribute.proof is not None and own.proof is not None and not _as_strict(own.proof, attribute.proof):
                yield "考生信息", attribute.title, "认可了较低的佐证", own.proof.ground, attribute.proof.ground
            if own.kind != attribute.kind or gone:
                why = "少了选项“" + "”“".join(gone) + "”" if gone else "改变了填写方式"
                yield "考生信息", attribute.title, why, child.ground, parent.ground
    if child.points is not None and parent.points is not None and child.points.limit.value > parent.points.limit.value:
        why = f"加分上限由 {parent.points.limit.value:f} 提高到 {child.points.limit.value:f}"
        yield "政策加分", "上限", why, child.points.ground, parent.points.ground
    theirs = parent.total
    if theirs is not None and theirs.floor is not None and child.total is not None and child.total.floor is None:
        yield "总分", child.total.title, "没有写职业技能部分占比的下限", child.total.ground, theirs.ground
    if child.prospectus is not None and parent.prospectus is not None:
        gone = [item for item in parent.prospectus.items if item not in child.prospectus.items]
        if gone:
            why = "少了“" + "”“".join(gone) + "”"
            yield "招生简章", "内容", why, child.prospectus.ground, parent.prospectus.ground


def _as_strict(own: Proof, above: Proof) -> bool:
    """Whether every record the child takes would do for the parent too."""

    def is_taken(one: BankValue) -> bool:
        return any(
            (one.value, one.kind) == (other.value, other.kind)
            and (one.level or 0) >= (other.level or 0)
            and (-1 if one.place is None else one.place) >= (-1 if other.place is None else other.place)
            and other.title in {None, one.title}
            for other in above.bank
        )

    return all(is_taken(one) for one in own.bank)


def _pairs(
    place: str, mine: Sequence[_T], above: Sequence[_T], judge: object
) -> Iterator[tuple[str, str, str, Ground, Ground]]:
    held = {item.id: item for item in mine}
    for item in above:
        own = held.get(item.id)
        if own is None or own == item:
            continue
        why = judge(own, item)  # type: ignore[operator]
        if why:
            yield place, str(item.title), why, own.ground, item.ground  # type: ignore[attr-defined]


def _exemption(own: Exemption, above: Exemption) -> str:
    if own.who != above.who:
        return "改变了免考的人群"
    gone = [name for name in (*above.papers, *above.parts) if name not in (*own.papers, *own.parts)]
    return f"少免了“{'”“'.join(gone)}”" if gone else ""


def _bar(own: Bar, above: Bar) -> str:
    gone = [name for name in above.barred_from if name not in own.barred_from]
    if gone:
        return f"少列了“{'”“'.join(gone)}”"
    return "推迟到确认以后才限制" if (above.when, own.when) == ("admitted_here", "confirmed_here") else ""


def _line(own: Line, above: Line) -> str:
    if (own.key, own.who, own.places, own.batches) != (above.key, above.who, above.places, above.batches):
        return "改变了分数线所管的成绩、人群或计划"
    if own.at_least.value < above.at_least.value:
        return f"分数线由 {above.at_least.value:f} 降到 {own.at_least.value:f}"
    return ""


def _requirement(own: Requirement, above: Requirement) -> str:
    if (own.places, own.batches) != (above.places, above.batches):
        return "改变了条件所管的计划"
    return "" if _contains(own.require, above.require) else "没有保留原来的条件"


def _contains(own: Condition, above: Condition) -> bool:
    return own == above or (isinstance(own, All) and any(_contains(part, above) for part in own.of))


def _quota(own: Quota, above: Quota) -> str:
    if (own.kind, own.who, own.places) != (above.kind, above.who, above.places):
        return "改变了配额的种类、人群或计划"
    mine, theirs = own.seats or own.share, above.seats or above.share
    if mine is None or theirs is None or (own.seats is None) != (above.seats is None):
        return "改变了名额的算法"
    less = mine.value < theirs.value
    if above.kind == "ceiling":
        return f"上限由 {theirs.value:f} 提高到 {mine.value:f}" if mine.value > theirs.value else ""
    return f"保留的名额由 {theirs.value:f} 减到 {mine.value:f}" if less else ""
