"""Verdicts as sentences a candidate understands: which choice, why, and by how much not."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.engines.matching import errors
from guantong.engines.matching.judging import selects
from guantong.engines.matching.model import NONE, Code, Instance, Line, Outcome, Verdict, show_number

__all__ = ["LABELS", "explain", "explain_result"]

LABELS: Mapping[Code, str] = {
    Code.ADMITTED: "录取",
    Code.ADMITTED_REASSIGNED: "调剂录取",
    Code.ADMITTED_OVER_PLAN: "同分一并录取",
    Code.PLACED_HIGHER: "已被前面的志愿录取",
    Code.NOT_ELIGIBLE: "不符合报考条件",
    Code.BELOW_LINE: "未达到控制线",
    Code.NO_SEATS: "没有名额",
    Code.BELOW_CUTOFF: "低于最低分",
    Code.LOST_TIE: "同分落选",
    Code.QUOTA_FULL: "达到人数上限",
    Code.SENT_BACK_PROGRAMMES: "专业已满且不服从调剂，退档",
    Code.SENT_BACK_FULL: "名额已满，退档",
    Code.SENT_BACK_BY_SCHOOL: "学校审核退档",
    Code.FILE_USED: "档案已投出",
    Code.SERVED_EARLIER: "前面的志愿已录满",
    Code.PLACED_BEFORE: "此前已录取",
    Code.NO_CHOICES: "没有填报志愿",
    Code.NOT_PLACED: "未录取",
}
"""Every code in a few characters, for tables."""

_TITLES: Mapping[str, str] = {
    "total": "总分",
    "culture": "文化素质成绩",
    "skill": "职业技能成绩",
    "chinese": "语文成绩",
    "mathematics": "数学成绩",
    "english": "英语成绩",
    "foreign": "外语成绩",
    "priority": "专业成绩",
}
Titles = Mapping[str, str]


def explain(
    instance: Instance, outcome: Outcome, candidate: int | str, titles: Titles | None = None
) -> tuple[str, ...]:
    """One sentence (or two) for each choice of a candidate, best choice first.

    ``candidate``: position or id (MTC-109 when unknown). ``titles``: names for people by id, of columns, lines,
    conditions, quotas, reasons, units and places; what has none is shown by the names of the plan, or by its id.
    """
    number = _position(instance, candidate)
    words = _Words(instance, outcome, {**_TITLES, **(titles or {})})
    return tuple(
        f"第{instance.ordinal(number, choice)}志愿 {words.unit(choice)}：{words.sentence(number, choice)}"
        for choice in instance.choices_of(number)
    )


def explain_result(instance: Instance, outcome: Outcome, candidate: int | str, titles: Titles | None = None) -> str:
    """The result of a candidate in one sentence."""
    number = _position(instance, candidate)
    words = _Words(instance, outcome, {**_TITLES, **(titles or {})})
    code, place = Code(outcome.reason[number]), outcome.place[number]
    if place != NONE:
        by = f"第{outcome.ordinal[number]}志愿" if outcome.ordinal[number] else "此前的轮次"
        return f"您已由{by}录取到{words.place(place)}。"
    if code == Code.NO_CHOICES:
        return "您没有填报志愿，没有参加本轮录取。"
    if code == Code.NOT_PLACED:
        return "您填报的志愿都没有录取，每个志愿的原因见下。"
    return "您的档案被退回，没有录取，原因见下。"


def _position(instance: Instance, candidate: int | str) -> int:
    if isinstance(candidate, int):
        return candidate
    number = instance.candidate_index.get(candidate)
    if number is None:
        raise errors.UNKNOWN_CANDIDATE.refuse(given=candidate)
    return number


class _Words:
    """Names and sentences of one outcome."""

    def __init__(self, instance: Instance, outcome: Outcome, titles: Titles) -> None:
        self.instance = instance
        self.outcome = outcome
        self.titles = titles
        rules = instance.rules
        lines = [*rules.all_lines, *(line for quota in rules.quotas for line in quota.lines)]
        self.lines: dict[str, Line] = {line.id: line for line in lines}
        self.filing = rules.stages == "two"
        self.in_steps = rules.mechanism == "sequential"

    def title(self, name: str) -> str:
        """The name of something for people."""
        return self.titles.get(name, name)

    def place(self, number: int) -> str:
        """A place: its title, or school and programme, or its id."""
        place = self.instance.places[number]
        if place.id in self.titles:
            return self.titles[place.id]
        parts = [self.title(part) for part in (place.school, place.programme) if part]
        return " ".join(parts) or place.id

    def unit(self, choice: int) -> str:
        """What a choice names."""
        unit = self.instance.choice_units[choice]
        name = self.instance.units[unit]
        if name in self.titles:
            return self.titles[name]
        first = self.instance.unit_places[self.instance.unit_offsets[unit]]
        if self.instance.rules.unit == "place":
            return self.place(first)
        school = self.instance.places[first].school
        if self.instance.rules.unit == "group" and school:
            return f"{self.title(school)} {name}"
        return name

    def sentence(self, candidate: int, choice: int) -> str:
        """What became of a choice."""
        verdict = self.outcome.verdict(choice)
        code = verdict.code
        step = self.instance.ordinal(candidate, choice) if self.in_steps else None
        if code in (Code.BELOW_CUTOFF, Code.LOST_TIE, Code.QUOTA_FULL):
            return self._difference(verdict, "投档" if self.filing else "录取", choice, step)
        if code in (Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL):
            return self._sent_back(verdict, choice, step)
        if code == Code.BELOW_LINE:
            return self._below_line(verdict)
        place = self.place(self.outcome.place[candidate]) if self.outcome.place[candidate] != NONE else ""
        to = "" if self.instance.rules.unit == "place" else f"到{place}"
        key, distance = self.title(verdict.key or ""), verdict.distance
        return {
            Code.ADMITTED: f"已录取{to}。",
            Code.ADMITTED_REASSIGNED: f"您填报的专业没有录取，已按服从调剂录取到{place}。",
            Code.ADMITTED_OVER_PLAN: f"已录取{to}。您与录取的最后几位各项都相同，一并录取，超出了计划数。",
            Code.PLACED_HIGHER: "没有用到，您已被前面的志愿录取。",
            Code.NOT_ELIGIBLE: f"您不符合这里的报考条件“{key}”。",
            Code.NO_SEATS: "这里没有可供您本轮录取的名额。",
            Code.SENT_BACK_BY_SCHOOL: f"学校审核后退档，原因是“{key}”。",
            Code.FILE_USED: f"没有检索，您的档案已投到第{distance}志愿。",
            Code.SERVED_EARLIER: f"这里的名额在录取第{distance}志愿时已经用完。",
            Code.PLACED_BEFORE: "您在此前的轮次已经录取，本轮不再检索。",
        }[code]

    def _below_line(self, verdict: Verdict) -> str:
        line = self.lines[verdict.key or ""]
        name = f"控制线“{self.title(line.id)}”" if line.id in self.titles else "控制线"
        if line.id == "round_floor":
            name = "本轮的最低分"
        key = self.title(line.key)
        lowest = f"（{show_number('', line.at_least)}分）"
        if verdict.distance is None:
            return f"您没有{key}，没有达到{name}{lowest}。"
        return f"您的{key}比{name}{lowest}低{_points(verdict.distance)}分。"

    def _sent_back(self, verdict: Verdict, choice: int, step: int | None) -> str:
        if verdict.code == Code.SENT_BACK_PROGRAMMES:
            text = "您的档案已投到这里，但您填报的专业都已录满，又没有选择服从调剂，所以退档。"
        else:
            text = "您的档案已投到这里，但能录取您的专业都已录满，所以退档。"
        if verdict.key is None:
            return text
        code = {"lottery": Code.LOST_TIE, "ties": Code.LOST_TIE}.get(verdict.key, Code.BELOW_CUTOFF)
        if any(quota.id == verdict.key for quota in self.instance.rules.quotas):
            code = Code.QUOTA_FULL
        if code == Code.BELOW_CUTOFF and verdict.key == "ordinal":
            return text
        near = self._difference(Verdict(code, verdict.key, verdict.distance), "录取", choice, step)
        return text + "离您最近的一个专业：" + near

    def _difference(self, verdict: Verdict, what: str, choice: int, step: int | None) -> str:
        """How far from the last admitted (``what``); in a sequential run from the last of the own ordinal, ``step``."""
        key, distance = verdict.key or "", verdict.distance
        if verdict.code == Code.QUOTA_FULL:
            return f"“{self.title(key)}”的人数已经达到上限。"
        if key == "ties":
            return f"与您各项都相同的考生人数超过剩余名额，按规则都没有{what}。"
        has_last = self._has_last(choice, step)
        what = what if step is None else f"第{step}志愿{what}"
        if key == "lottery":
            return f"您与{what}的最后一位各项都相同，抽签的名次在其后{distance}位。"
        last = f"{what}的最低分" if has_last else f"停止{what}时的分数"
        before = self._equal_before(key, choice)
        title = self.title(key)
        if distance is None:
            return f"{before}您没有{title}，按规则排在有{title}的考生之后。"
        column = self.instance.columns.get(key)
        descending = next((one.descending for one in self.instance.rules.order if one.key == key), True)
        if column is not None and not column.of_numbers:
            return f"{before}您的“{title}”排在{what}的最后一位之后，相差{distance}档。"
        if not descending:
            return f"{before}您的“{title}”比{what}的最后一位大{_points(distance)}，按规则小的在前。"
        if before:
            return f"{before}您的{title}低{_points(distance)}分。"
        return f"您的{title}比{last}低{_points(distance)}分。"

    def _equal_before(self, key: str, choice: int) -> str:
        """The keys that came before the one that decided: equal."""
        order = [one.key for one in self.instance.rules.order]
        if key not in order:
            return ""
        own = ["priority"] if self._has_own(self.instance.wishes(choice)[0]) else []
        earlier = "、".join(self.title(one) for one in [*own, *order[: order.index(key)]])
        return f"您的{earlier}与最后一位相同，" if earlier else ""

    def _has_own(self, place: int) -> bool:
        """Whether a place has priorities of its own."""
        weights = self.instance.rules.weights
        chosen = any(selects(item.places, self.instance.places[place]) for item in weights)
        return chosen or place in self.instance.scored_places

    def _has_last(self, choice: int, step: int | None) -> bool:
        """Whether anybody was admitted (or filed) where the choice leads, in a sequential run at this ordinal."""
        if self.instance.rules.ties != "reject_all":
            return True
        unit = self.instance.units[self.instance.choice_units[choice]]
        return any(
            row.unit == unit and row.filed and (step is None or row.ordinal == step) for row in self.outcome.cutoffs
        )


def _points(thousandths: int) -> str:
    return show_number("", thousandths)
