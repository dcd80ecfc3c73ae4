"""The verdict on a choice in a whole sentence: what decided, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .running import Rationale


@dataclass(frozen=True, slots=True)
class ChoiceVerdict:
    """What became of one choice. ``code``, ``key`` and ``distance`` as sealed; ``sentence`` for people; ``basis`` the
    clause behind the key, empty without one."""

    ordinal: int
    unit: str
    title: str
    code: str
    key: str
    distance: str
    sentence: str
    basis: str


LABELS = {
    "admitted": "投档到这里",
    "admitted_reassigned": "服从调剂，投档到这里",
    "admitted_over_plan": "同分一并投档到这里",
    "placed_higher": "前面的志愿已经投档",
    "not_eligible": "不符合报考条件",
    "below_line": "低于控制线",
    "no_seats": "没有名额",
    "below_cutoff": "低于最低线",
    "lost_tie": "同分落选",
    "quota_full": "本类名额已满",
    "sent_back_programmes": "专业已满，不服从调剂",
    "sent_back_full": "超过计划数退档",
    "sent_back_by_school": "学校退档",
    "file_used": "档案已投到前面的志愿",
    "served_earlier": "名额已给前面的志愿序号",
    "placed_before": "此前已有录取",
    "no_choices": "没有填报志愿",
    "not_placed": "没有投出档案",
}
"""What a code means, in few words (for badges and tables)."""


def sentence_of(
    code: str, key: str, distance: str, reasons: Mapping[str, Rationale], step: int | None = None
) -> tuple[str, str]:
    """(whole sentence, clause) for a verdict as sealed: ``distance`` is text: points, ranks or an ordinal.

    ``step``: the ordinal of the choice where the run went ordinal by ordinal: it is measured by the last of its own."""
    known = reasons.get(key)
    title = known.title if known is not None else key
    basis = known.ground.sentence() if known is not None and known.ground is not None else ""
    far = _points(distance)
    here = "这里" if step is None else f"第 {step} 志愿在这里的"
    sentences = {
        "admitted": "您的档案按这个志愿投出。",
        "admitted_reassigned": "您填报的专业已满，因为您服从调剂，投到本组的其他专业。",
        "admitted_over_plan": "您与最后一名各项成绩完全相同，按规定一并投出，不受计划数限制。",
        "placed_higher": "您已经按前面的志愿投出，这个志愿不再检索。",
        "not_eligible": f"不符合“{title}”的要求"
        + (f"：要求{known.words}。" if known is not None and known.words != title else "。"),
        "below_line": f"没有达到“{title}”" + (f"，差 {far} 分。" if far else "，没有这项成绩。"),
        "no_seats": "这个志愿本轮没有名额。",
        "below_cutoff": f"低于{here}最后一名：按规定的次序比到“{title}”分出先后，您"
        + (f"差 {far}{_unit(key)}。" if far else "较低。"),
        "lost_tie": f"您与{here}最后一名各项成绩完全相同，按摇号的先后落选，相差 {distance} 位。"
        if key == "lottery"
        else "您与同分的考生人数超过余下的名额，按规定都不投出。",
        "quota_full": f"“{title}”的名额已满。",
        "sent_back_programmes": "档案投到了这里，但您填报的专业都已满，又没有服从调剂，因此退档"
        + (f"；离最近的一个专业，“{title}”差 {far}{_unit(key)}。" if far else "。"),
        "sent_back_full": "投到这里的档案多于计划数，轮到您时已没有名额，因此退档"
        + (f"；“{title}”差 {far}{_unit(key)}。" if far else "。"),
        "sent_back_by_school": f"学校审核后退档，理由：{title}。",
        "file_used": f"档案已经投到第 {distance} 志愿，本轮不再检索这个志愿。",
        "served_earlier": f"名额在第 {distance} 志愿就已经录满"
        + ("。" if step is None else f"，没有轮到第 {step} 志愿：先录完前一个志愿序号，再录后一个，与分数高低无关。"),
    }
    return sentences.get(code, LABELS.get(code, code) + "。"), basis


def _unit(key: str) -> str:
    return " 位" if key == "lottery" else " 分"


def _points(distance: str) -> str:
    """A distance as people read it: no needless zeros; empty when there is none."""
    if not distance:
        return ""
    try:
        value = Decimal(distance)
    except ArithmeticError:
        return distance
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
