"""Reading by what a candidate's fact is proved."""

from __future__ import annotations

from ...errors import rules as errors
from ..bank import CONTEST, KINDS, PLACES
from ..conditions import YES
from .cursor import GROUND_KEYS, Entry, Skip
from .shapes import BankValue, Proof

WITHOUT_BANK = ("number", "text")
"""Kinds of facts no record can prove: the authority alone confirms them."""


def read_proof(attribute: Entry, kind: str, choices: tuple[str, ...], *, is_required: bool) -> Proof | None:
    """What stands under ``proof``; None when the fact is taken as stated.

    A fact that must be proved may be empty, so only yes/no facts may be required as well (ADM-232).
    """
    entry = attribute.inner("proof", f"{attribute.place}的佐证", ("bank", *GROUND_KEYS))
    if entry is None:
        return None
    ground = entry.ground()
    if is_required and kind != "flag":
        attribute.faults.add(errors.PROOF_REQUIRED, entry.node, place=attribute.place)
        raise Skip
    values = (YES,) if kind == "flag" else choices
    bank: list[BankValue] = []
    for one in entry.each("bank", f"{entry.place}的记录", ("value", "kind", "level", "place", "title")):
        if kind in WITHOUT_BANK:
            one.wrong("value", "“是否”或选项；数字和文字不能由学分银行佐证，请去掉 bank", one.node)
        given = one.choice("kind", KINDS)
        levels = KINDS[given][1]
        level = levels.index(one.choice("level", levels)) + 1 if one.has("level") else None
        if one.has("place") and given != CONTEST:
            one.wrong("place", "空：只有竞赛获奖有名次", one.needed("place"))
        place = PLACES.index(one.choice("place", PLACES)) if one.has("place") else None
        value = one.choice("value", values, YES if kind == "flag" else None)
        bank.append(BankValue(value, given, level, place, one.maybe_text("title")))
    return Proof(tuple(bank), ground)
