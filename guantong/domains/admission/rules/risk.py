"""The risk of a list: an estimate from published cut-offs of earlier years, said to be one, with its basis.

A choice's cut-off is expected where it stood before: as a share of all candidates, moved by the change in seats. Past
years scatter; a choice is taken as safe above all of that scatter, as hopeless below it, and in proportion between.
Choices of one list do not fail independently: the risk of getting nothing lies between the product of the single risks
(if they had nothing to do with each other) and the smallest of them (if they rose and fell together). Both are told.
Exact fractions throughout; nothing here is a promise, and no mock run goes into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

SPREAD = Fraction(15, 100)
"""How far a cut-off is taken to move at least, as a part of itself, either way (a project's own choice; local)."""
MOST_SEAT_CHANGE = Fraction(3, 2)
"""A change of seats moves the expectation by at most this factor, either way."""
LOW, HIGH = Fraction(1, 10), Fraction(2, 5)


@dataclass(frozen=True, slots=True)
class PastStep:
    """One ordinal of an earlier year where choices were settled ordinal by ordinal.

    ``rank`` None: nobody who came was turned away; ``is_filled``: nothing was left for later ordinals; ``is_closed``: a
    tied set that did not fit closed the seats, and nobody got in.
    """

    ordinal: int
    rank: int | None
    is_filled: bool
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class PastCut:
    """A published cut-off of an earlier year: rank of the last admitted among how many candidates, seats then. ``rank``
    None: seats were left, everybody eligible who wished it got in. ``steps``: where it went ordinal by ordinal, the
    ordinals at which somebody got in; ``rank`` is then that of the ordinal asked for (:meth:`at`). ``filled_at``: the
    earlier ordinal that had left nothing for it, or itself (0 without ordinals) where a tied set closed the seats."""

    year: int
    rank: int | None
    candidates: int
    seats: int
    steps: tuple[PastStep, ...] = ()
    ordinal: int | None = None
    filled_at: int | None = None

    @property
    def words(self) -> str:
        """The year in a few words, for tables: every ordinal with its rank where it went by ordinals."""
        if not self.steps:
            return "同分的都没有投出" if self.filled_at is not None else _rank_words(self.rank).strip()
        return "；".join(
            f"第 {step.ordinal} 志愿{'同分的都没有投出' if step.is_closed else _rank_words(step.rank)}"
            for step in self.steps
        )

    def at(self, ordinal: int | None) -> PastCut:
        """What the year says to a choice of this ordinal; None where this year does not go by ordinals: what it said to
        the last who got in."""
        if not self.steps:
            return self
        earlier = [step for step in self.steps if ordinal is None or step.ordinal <= ordinal]
        if not earlier:
            return replace(self, rank=None, ordinal=ordinal, filled_at=None)
        last = earlier[-1]
        if ordinal is None or last.ordinal == ordinal:
            return replace(
                self, rank=last.rank, ordinal=last.ordinal, filled_at=last.ordinal if last.is_closed else None
            )
        was_filled = last.is_filled and last == self.steps[-1]
        return replace(self, rank=None, ordinal=ordinal, filled_at=last.ordinal if was_filled else None)


def _rank_words(rank: int | None) -> str:
    return "没有人落选" if rank is None else f" {rank:,} 位"


@dataclass(frozen=True, slots=True)
class ChoiceFacts:
    """One choice to judge: title, seats now, earlier years, and why it is closed to the candidate (if it is)."""

    ordinal: int
    title: str
    seats: int
    past: tuple[PastCut, ...]
    closed_because: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceRisk:
    """``chance`` None: it cannot be told. ``sentence`` says what it rests on."""

    ordinal: int
    title: str
    chance: Fraction | None
    level: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ListRisk:
    """The risk of getting nothing between ``least`` and ``most``; None when nothing can be told. ``level``: low,
    middle, high or unknown."""

    choices: tuple[ChoiceRisk, ...]
    least: Fraction | None
    most: Fraction | None
    level: str
    sentence: str
    basis: str


LEVELS = {"low": "较稳妥", "middle": "有风险", "high": "风险较大", "unknown": "无法估计"}


def percent(value: Fraction) -> str:
    """An estimated chance as whole percent. An estimate is never certain: 0 is “不到 1%” and 1 is “超过 99%”."""
    whole = round(value * 100)
    if whole == 0:
        return "不到 1%"
    if whole == 100:
        return "超过 99%"
    return f"{whole}%"


def choice_risk(choice: ChoiceFacts, rank: int | None, candidates: int) -> ChoiceRisk:
    """The chance that a choice would give a place to who stands at ``rank`` of ``candidates`` now."""
    if choice.closed_because:
        sentence = f"您现在的条件不符合，投档时会跳过：{choice.closed_because}"
        return ChoiceRisk(choice.ordinal, choice.title, Fraction(0), "high", sentence)
    if rank is None or candidates <= 0:
        return ChoiceRisk(choice.ordinal, choice.title, None, "unknown", "您的位次还没有公布，不能估计。")
    usable = [cut for cut in choice.past if cut.candidates > 0 and cut.seats > 0]
    if not usable:
        return ChoiceRisk(choice.ordinal, choice.title, None, "unknown", "没有往年公布的录取最低位次，不能估计。")
    own = Fraction(rank, candidates)
    expected = [_expected(cut, choice.seats) for cut in usable]
    low = min(expected) * (1 - SPREAD)
    high = max(expected) * (1 + SPREAD)
    if own <= low:
        chance = Fraction(1)
    elif own >= high:
        chance = Fraction(0)
    else:
        chance = (high - own) / (high - low)
    level = "low" if chance >= 1 - LOW else ("high" if chance <= LOW else "middle")
    return ChoiceRisk(choice.ordinal, choice.title, chance, level, _words(choice, usable, rank, candidates, chance))


def _expected(cut: PastCut, seats: int) -> Fraction:
    """Where the cut-off is expected as a share of all candidates; at most 1."""
    if cut.filled_at is not None:
        return Fraction(0)
    if cut.rank is None:
        return Fraction(1)
    change = min(max(Fraction(seats, cut.seats), 1 / MOST_SEAT_CHANGE), MOST_SEAT_CHANGE)
    return min(Fraction(cut.rank, cut.candidates) * change, Fraction(1))


def _words(choice: ChoiceFacts, past: Sequence[PastCut], rank: int, candidates: int, chance: Fraction) -> str:
    seen = "；".join(f"{cut.year} 年{_seen(cut)}（计划 {cut.seats} 人）" for cut in past)
    if chance <= 0:
        told = f"估计录取的可能性很小（{percent(chance)}），但不能排除"
    elif chance >= 1:
        told = f"估计录取的可能性很大（{percent(chance)}），但不能保证"
    else:
        told = f"估计可能性 {percent(chance)}"
    return f"{seen}；今年计划 {choice.seats} 人，您在 {candidates} 人中位次 {rank}，{told}。"


def _seen(cut: PastCut) -> str:
    """What an earlier year gave, in a few words; by its ordinal where there are any."""
    if cut.filled_at is not None and cut.filled_at == (cut.ordinal or 0):
        return "同分的考生多于名额，都没有投出"
    if cut.filled_at is not None:
        return f"第 {cut.filled_at} 志愿就录满了，没有轮到第 {cut.ordinal} 志愿"
    step = "" if cut.ordinal is None else f"第 {cut.ordinal} 志愿"
    if cut.rank is None:
        return f"{step}符合条件的考生都投出了"
    return f" {cut.candidates} 人中{step}最低位次 {cut.rank}"


def list_risk(choices: Sequence[ChoiceFacts], rank: int | None, candidates: int) -> ListRisk:
    """The estimate for a whole list."""
    found = tuple(choice_risk(choice, rank, candidates) for choice in choices)
    told = [one.chance for one in found if one.chance is not None]
    closed = {choice.ordinal for choice in choices if choice.closed_because}
    if any(one.chance is None for one in found) and all(
        one.ordinal in closed for one in found if one.chance is not None
    ):
        told = []  # that a choice is closed says nothing of the others
    years = sorted({cut.year for choice in choices for cut in choice.past})
    unknown = sum(1 for one in found if one.chance is None)
    if not told:
        sentence = "现有的数据不够，不能估计这份志愿表没有录取的风险。请按“冲、稳、保”拉开梯度填报。"
        return ListRisk(found, None, None, "unknown", sentence, _basis(years, unknown))
    least = Fraction(1)
    for chance in told:
        least *= 1 - chance
    most = min(1 - chance for chance in told)
    level = "low" if most <= LOW else ("high" if most >= HIGH else "middle")
    if len(closed) == len(found):
        sentence = "按您现在的条件，这份志愿表里每个志愿在投档时都会被跳过，这样提交不会有录取。请改选符合条件的志愿。"
        return ListRisk(found, least, most, "high", sentence, _basis(years, unknown))
    low, high = percent(least), percent(most)
    shown = low if low == high else f"{low}到{high}" if low.startswith("不到") else f"{low} 到 {high}"
    advice = {
        "low": "这份志愿表比较稳妥。",
        "middle": "建议增加一两个往年最后一名的位次明显排在您后面的志愿。",
        "high": "建议重新安排，增加往年最后一名的位次明显排在您后面的志愿。",
    }[level]
    about = shown if shown.startswith(("不到", "超过")) else f"大约是 {shown}"
    sentence = f"这是估计，不是录取承诺：按往年公布的数据，这份志愿表一个都没有录取的可能性{about}。{advice}"
    return ListRisk(found, least, most, level, sentence, _basis(years, unknown))


def _basis(years: Sequence[int], unknown: int) -> str:
    seen = "、".join(str(year) for year in years)
    text = f"依据：{seen} 年公布的录取最低位次和计划数，以及今年的位次分布。" if years else "没有可用的往年数据。"
    if unknown:
        text += f"有 {unknown} 个志愿没有往年数据，没有算进去。"
    return text + "今年的报考情况会不同，实际结果可能与估计有出入。"
