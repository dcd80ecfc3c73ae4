"""The law of one region on one day: answers with clause and chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

from guantong.kernel.refusal import Citation, Refusal
from guantong.policy import errors
from guantong.policy.reading.fields import nearest
from guantong.policy.schema.shapes import DatedValue, Setting, Strand
from guantong.policy.schema.units import UNITS, Value, show

if TYPE_CHECKING:
    from guantong.policy.asking.calendar import WorkingCalendar
    from guantong.policy.asking.policy import Policy


@dataclass(frozen=True, slots=True)
class Link:
    """One region looked at on the way to an answer, nearest first."""

    region: str
    region_name: str
    state: str
    """chosen | replaced | limits | absent | not_yet | ended | draft | other_scope."""
    why: str
    """The same in a Chinese sentence."""
    value: Value | None = None
    bound: str | None = None
    practice: str | None = None
    scope: str | None = None
    in_force_from: date | None = None
    citation: Citation | None = None
    ended_on: date | None = None
    """First day without it, when the state is ``ended``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the law says: the value, how it binds, and on whose authority."""

    name: str
    label: str
    value: Value
    unit: str
    bound: str
    practice: str
    direction: str
    exclusive: bool
    """For a floor, ceiling or target: more (less) than the value, not at least (at most)."""
    scope: str | None
    source: str
    region: str
    region_name: str
    on: date
    in_force_from: date
    issued_on: date | None
    repealed_on: date | None
    due_on: date | None
    status: str
    note: str | None
    citation: Citation
    citations: tuple[Citation, ...]
    chain: tuple[Link, ...]

    def show(self) -> str:
        """The value as people read it, with its unit."""
        return show(self.value, self.unit)


def long_day(day: date) -> str:
    """``2025年9月1日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def value_on(strand: Strand, day: date, drafts: bool) -> tuple[str, DatedValue | None]:
    """State of a strand on a day: ``found``, ``ended``, ``not_yet`` or ``draft``, with the value it rests on.

    The latest value whose first day has come decides; a later value supersedes an earlier one even after its own end.
    """
    last: DatedValue | None = None
    draft_seen: DatedValue | None = None
    for value in strand.values:
        if value.in_force_from > day:
            continue
        if value.status == "draft" and not drafts:
            draft_seen = value
            continue
        last = value
    if last is None:
        return ("draft", draft_seen) if draft_seen is not None else ("not_yet", None)
    if last.value is None or (last.repealed_on is not None and last.repealed_on <= day):
        return "ended", last
    return "found", last


class Law:
    """Answers for one region on one day. Get it from :meth:`Policy.law`."""

    def __init__(self, policy: Policy, region: str, on: date, drafts: bool) -> None:
        self.policy = policy
        self.region = region
        self.on = on
        self.drafts = drafts
        self.version: str = policy.version(region)
        """Digest of the files of this region and its parents, as read."""
        self._answers: dict[tuple[str, str | None], Answer] = {}

    @property
    def region_name(self) -> str:
        """Name of the region."""
        return self.policy.regions[self.region].name_zh

    @property
    def calendar(self) -> WorkingCalendar:
        """Working days of this region."""
        return self.policy.calendar(self.region)

    def answer(self, name: str, scope: str | None = None) -> Answer:
        """The value of a parameter with its clause and chain.

        Raises a Refusal: POL-003 unknown parameter, POL-004 nothing yet, POL-005 ended, POL-006 a scope is needed,
        POL-007 unknown scope, POL-008 only a draft.
        """
        found = self._answers.get((name, scope))
        if found is None:
            found = self._answers[name, scope] = self._answer(name, scope)
        return found

    def find(self, name: str, scope: str | None = None) -> Answer | None:
        """The answer, or None when the law of this region and day has none."""
        try:
            return self.answer(name, scope)
        except Refusal:
            return None

    def _answer(self, name: str, scope: str | None) -> Answer:
        parameter = self.policy.parameters.get(name)
        if parameter is None:
            close = nearest(name, self.policy.parameters)
            hint = f"最接近的有：{'、'.join(close)}。" if close else ""
            raise errors.UNKNOWN_PARAMETER.refuse(name=name, hint=hint)
        codes = self.policy.chain(self.region)
        settings = [parameter.settings[code] for code in codes if code in parameter.settings]
        self._check_scope(name, parameter.short_label, scope, settings)
        links: list[Link] = []
        chosen: tuple[Setting, Strand, DatedValue] | None = None
        for code in codes:
            setting = parameter.settings.get(code)
            if setting is None:
                links.append(self._link(code, "absent", "没有对此作出规定。"))
                continue
            link, strand, value = self._look(setting, scope, chosen)
            links.append(link)
            if link.state == "chosen" and strand is not None and value is not None:
                chosen = setting, strand, value
        if chosen is None:
            self._refuse(name, parameter.short_label, settings, links)
        setting, strand, value = chosen
        citations = self.policy.citations(value)
        assert value.value is not None  # noqa: S101 - chosen values are never ends
        return Answer(
            name=name,
            label=parameter.short_label,
            value=value.value,
            unit=setting.unit,
            bound=strand.bound,
            practice=strand.practice,
            direction=strand.direction,
            exclusive=value.exclusive,
            scope=strand.scope if strand.scope is not None else setting.scope,
            source=value.source,
            region=setting.region,
            region_name=self.policy.regions[setting.region].name_zh,
            on=self.on,
            in_force_from=value.in_force_from,
            issued_on=value.issued_on or self.policy.first_issue(value),
            repealed_on=value.repealed_on,
            due_on=value.due_on,
            status=value.status,
            note=value.note,
            citation=citations[0],
            citations=citations,
            chain=tuple(links),
        )

    def _check_scope(self, name: str, label: str, scope: str | None, settings: list[Setting]) -> None:
        scopes = dict.fromkeys(key for s in settings for key in s.strands if key is not None)
        named = dict.fromkeys([*scopes, *(s.scope for s in settings if s.scope is not None)])
        if scope is not None and settings and scope not in named:
            listed = "、".join(f"“{known}”" for known in named) or "（没有分用途的规定）"
            raise errors.UNKNOWN_SCOPE.refuse(label=label, name=name, scope=scope, scopes=listed)
        if scope is None and scopes and not any(None in s.strands for s in settings):
            listed = "、".join(f"“{known}”" for known in scopes)
            raise errors.SCOPE_NEEDED.refuse(label=label, name=name, scopes=listed)

    def _link(self, code: str, state: str, why: str) -> Link:
        return Link(code, self.policy.regions[code].name_zh, state, why)

    def _look(
        self, setting: Setting, scope: str | None, chosen: tuple[Setting, Strand, DatedValue] | None
    ) -> tuple[Link, Strand | None, DatedValue | None]:
        """What one region says: its own scope before its general rule."""
        worst: tuple[str, str, Strand | None, DatedValue | None] = (
            "other_scope", "只有其他用途的规定。", None, None,
        )  # fmt: skip
        keys: list[str | None] = [scope, None] if scope is not None else [None]
        if scope is not None and setting.scope not in {None, scope}:
            keys = [scope]  # the general rule of this region is about something else
        for key in keys:
            strand = setting.strands.get(key)
            if strand is None:
                continue
            state, value = value_on(strand, self.on, self.drafts)
            if state == "found" and value is not None:
                return self._found(setting, strand, value, chosen), strand, value
            if state == "not_yet":
                first = min(v.in_force_from for v in strand.values)
                worst = ("not_yet", f"规定自{long_day(first)}起才施行。", strand, None)
            elif state == "draft":
                worst = ("draft", "只有草案，不能用于正式决定。", strand, value)
            elif value is not None:
                worst = ("ended", f"规定已于{long_day(self._ended_on(value))}终止。", strand, value)
        state, why, strand, value = worst
        if value is None or strand is None:
            return self._link(setting.region, state, why), strand, value
        return self._valued(setting, strand, value, state, why), strand, value

    @staticmethod
    def _ended_on(value: DatedValue) -> date:
        return value.in_force_from if value.value is None else (value.repealed_on or value.in_force_from)

    def _found(
        self, setting: Setting, strand: Strand, value: DatedValue, chosen: tuple[Setting, Strand, DatedValue] | None
    ) -> Link:
        if chosen is None:
            return self._valued(setting, strand, value, "chosen", "采用：离本地区最近、当日有效的规定。")
        nearer = self.policy.regions[chosen[0].region].name_zh
        if strand.bound in {"floor", "ceiling"}:
            word = "下限" if strand.bound == "floor" else "上限"
            how = "必须遵守" if strand.practice == "binding" else "原则上遵守"
            return self._valued(
                setting, strand, value, "limits", f"作为{word}{how}；{nearer}在此范围内另有规定，按{nearer}的规定。"
            )
        return self._valued(setting, strand, value, "replaced", f"{nearer}另有规定，未采用。")

    def _valued(self, setting: Setting, strand: Strand, value: DatedValue, state: str, why: str) -> Link:
        citations = self.policy.citations(value)
        return Link(
            region=setting.region,
            region_name=self.policy.regions[setting.region].name_zh,
            state=state,
            why=why,
            value=value.value,
            bound=strand.bound,
            practice=strand.practice,
            scope=strand.scope if strand.scope is not None else setting.scope,
            in_force_from=value.in_force_from,
            citation=citations[0] if citations else None,
            ended_on=self._ended_on(value) if state == "ended" else None,
        )

    def _refuse(self, name: str, label: str, settings: list[Setting], links: list[Link]) -> NoReturn:
        on, region = long_day(self.on), self.region_name
        ended = [link for link in links if link.ended_on is not None]
        if ended and ended[0].ended_on is not None:
            raise errors.ENDED.refuse(
                basis=ended[0].citation, label=label, name=name, ended=long_day(ended[0].ended_on), on=on, region=region
            )
        if any(link.state == "draft" for link in links):
            raise errors.ONLY_DRAFT.refuse(label=label, name=name, region=region, on=on)
        firsts = [
            (value.in_force_from, self.policy.regions[s.region].name_zh)
            for s in settings
            for strand in s.strands.values()
            for value in strand.values
            if value.status == "live" or self.drafts
        ]
        if firsts:
            day, where = min(firsts)
            hint = f"最早的规定是{where}的，自{long_day(day)}起施行，请核对日期。"
        else:
            others = [self.policy.regions[code].name_zh for code in self.policy.parameters[name].settings]
            hint = f"作出规定的地区有：{'、'.join(others)}；请核对地区，或者在本地区录入。"
        raise errors.NOT_YET.refuse(on=on, region=region, label=label, name=name, hint=hint)

    def _other_kind(self, answer: Answer, wanted: str) -> NoReturn:
        unit = UNITS[answer.unit].name_zh
        raise errors.OTHER_KIND.refuse(label=answer.label, name=answer.name, unit=unit, wanted=wanted)

    def decimal(self, name: str, scope: str | None = None) -> Decimal:
        """A number that has a finite decimal form."""
        answer = self.answer(name, scope)
        if isinstance(answer.value, bool) or not isinstance(answer.value, Decimal | int):
            self._other_kind(answer, "十进制数")
        return Decimal(answer.value)

    def integer(self, name: str, scope: str | None = None) -> int:
        """A whole number."""
        answer = self.answer(name, scope)
        value = answer.value
        if isinstance(value, bool) or not isinstance(value, Decimal | int) or value != int(value):
            self._other_kind(answer, "整数")
        return int(value)

    def fraction(self, name: str, scope: str | None = None) -> Fraction:
        """Any number, exactly; a percentage is not divided by 100."""
        answer = self.answer(name, scope)
        if isinstance(answer.value, bool) or not isinstance(answer.value, Decimal | int | Fraction):
            self._other_kind(answer, "分数")
        return Fraction(answer.value)

    def text(self, name: str, scope: str | None = None) -> str:
        """A text."""
        answer = self.answer(name, scope)
        if not isinstance(answer.value, str):
            self._other_kind(answer, "文字")
        return answer.value

    def flag(self, name: str, scope: str | None = None) -> bool:
        """Yes or no."""
        answer = self.answer(name, scope)
        if not isinstance(answer.value, bool):
            self._other_kind(answer, "是否")
        return answer.value

    def day(self, name: str, scope: str | None = None) -> date:
        """A date."""
        answer = self.answer(name, scope)
        if not isinstance(answer.value, date):
            self._other_kind(answer, "日期")
        return answer.value

    def items(self, name: str, scope: str | None = None) -> tuple[str, ...]:
        """A list of texts, in the order of the file."""
        answer = self.answer(name, scope)
        if answer.unit != "list" or not isinstance(answer.value, tuple):
            self._other_kind(answer, "清单")
        return tuple(str(item) for item in answer.value)

    def table(self, name: str, scope: str | None = None) -> tuple[Mapping[str, str], ...]:
        """Rows of texts by column."""
        answer = self.answer(name, scope)
        if answer.unit != "table" or not isinstance(answer.value, tuple):
            self._other_kind(answer, "表格")
        return tuple(row for row in answer.value if isinstance(row, Mapping))
