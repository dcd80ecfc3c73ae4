"""Cycles as visitors see them: the stage, the days, what can be done now and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guantong.domains.admission.models import Cycle, Round, Run
from guantong.domains.admission.rules.declaration.shapes import CHANNELS, Batch, Channel
from guantong.domains.admission.rules.states import (
    ALLOCATION,
    APPROVED,
    CHOICES,
    CLOSED,
    CONFIRMATION,
    CYCLE_STAGES,
    PLANNED,
    PLANS,
    PUBLISHED,
    REGISTRATION,
    REVIEW,
    ROUND_STAGES,
)
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.published import list_cycles, list_rounds
from guantong.kernel import clock

TONES = {
    PLANNED: "neutral",
    PLANS: "neutral",
    REGISTRATION: "info",
    CHOICES: "warn",
    ALLOCATION: "info",
    REVIEW: "info",
    CONFIRMATION: "warn",
    CLOSED: "neutral",
}
"""Stage → tone of its badge; what asks something of candidates stands out."""

NOW: Mapping[str, str] = {
    PLANS: "学校正在编制招生计划，主管部门正在审批。已批准的计划可以先看。",
    REGISTRATION: "可以报名；考试和成绩公布也在这一阶段。招生计划和招生简章可以查看。",
    CHOICES: "可以填报志愿。填好以后要提交锁定才算数。",
    ALLOCATION: "填报已经截止，正在投档。结果公布以前任何人都看不到。",
    REVIEW: "投档结果已经公布，学校正在审核考生档案。",
    CONFIRMATION: "可以查看录取结果，被录取的考生要在规定的时间内确认。有缺额的，可能征集志愿。",
    CLOSED: "这个年度已经结束。计划、最低线、统计和投档证明继续公开。",
}
"""Stage of a cycle → what people may do in it."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of the calendar. ``state``: done, current or todo, by today."""

    title: str
    first: date
    last: date
    state: str


@dataclass(frozen=True, slots=True)
class RoundShown:
    """A round with the titles people know it by."""

    round: Round
    batch: Batch
    title: str
    stage_label: str
    tone: str
    is_open: bool
    """Lists may be filled in now."""
    run: Run | None
    """The published run, if any."""


@dataclass(frozen=True, slots=True)
class CycleShown:
    """A cycle with its channel, stage, days and rounds."""

    cycle: Cycle
    channel: Channel
    stage_label: str
    tone: str
    now: str
    periods: tuple[Period, ...]
    rounds: tuple[RoundShown, ...]

    @property
    def current(self) -> Period | None:
        """Where today lies in the calendar; None between two stretches."""
        return next((period for period in self.periods if period.state == "current"), None)

    @property
    def steps(self) -> list[dict[str, str]]:
        """The calendar as steps of the page."""
        return [{"title": p.title, "state": p.state, "note": f"{_day(p.first)}至{_day(p.last)}"} for p in self.periods]


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def show_cycle(cycle: Cycle) -> CycleShown:
    """One cycle as visitors see it."""
    rounds = tuple(show_rounds(cycle))
    stage = stage_among(cycle, [one.round for one in rounds])
    return CycleShown(
        cycle=cycle,
        channel=channel_of(cycle),
        stage_label=CYCLE_STAGES.labels[stage],
        tone=TONES[stage],
        now=NOW[stage],
        periods=tuple(periods_of(cycle)),
        rounds=rounds,
    )


def stage_now(cycle: Cycle) -> str:
    """The stage people are in: that of the round that is least far, once there are rounds.

    A cycle's own stage goes forward only; a later batch may be filling in lists while an earlier one confirms.
    """
    return stage_among(cycle, list(cycle.rounds.all()))


def stage_among(cycle: Cycle, rounds: Sequence[Round]) -> str:
    """:func:`stage_now` with the rounds at hand."""
    order = list(CYCLE_STAGES.labels)
    running = [one.stage for one in rounds if one.stage in order and one.stage != CLOSED]
    if cycle.stage not in {CHOICES, ALLOCATION, REVIEW, CONFIRMATION} or not running:
        return cycle.stage
    return min(running, key=order.index)


def shown_cycles(channel: str = "") -> list[CycleShown]:
    """Every cycle, newest year first."""
    return [show_cycle(cycle) for cycle in list_cycles(channel=channel)]


def newest_cycle() -> Cycle | None:
    """The cycle that matters most now: of those with plans open to all, of the newest year, the first channel."""
    order = list(CHANNELS)
    rows = list(Cycle.objects.filter(plans__state=APPROVED).distinct()) or list(list_cycles())
    return min(rows, key=lambda c: (-c.year, order.index(c.channel) if c.channel in order else 99), default=None)


def periods_of(cycle: Cycle) -> list[Period]:
    """The calendar of a cycle in order of days."""
    titles = {**CYCLE_STAGES.labels, "supplementary": "征集志愿"}
    today = clock.today()
    dates: Mapping[str, Any] = cycle.dates
    found: list[Period] = []
    for stage, days in dates.items():
        first, last = date.fromisoformat(days["from"]), date.fromisoformat(days["until"])
        state = "todo" if today < first else ("done" if today > last else "current")
        found.append(Period(titles.get(stage, stage), first, last, state))
    return sorted(found, key=lambda period: (period.first, period.last))


def round_title(round_: Round, batch: Batch) -> str:
    """批次 alone for the first filing, with its number for supplementary rounds."""
    return batch.title if round_.number == 1 else f"{batch.title} 第 {round_.number - 1} 次征集志愿"


def show_round(round_: Round, run: Run | None = None) -> RoundShown:
    """One round; ``run`` is its published run where the caller has it."""
    batch = channel_of(round_.cycle).batch(round_.batch)
    return RoundShown(
        round=round_,
        batch=batch,
        title=round_title(round_, batch),
        stage_label=ROUND_STAGES.labels[round_.stage],
        tone=TONES[round_.stage],
        is_open=round_.stage == CHOICES and round_.opens_at <= clock.now() < round_.closes_at,
        run=run,
    )


def show_rounds(cycle: Cycle) -> list[RoundShown]:
    """The rounds of a cycle in the order of batches, each with its published run."""
    runs = Run.objects.filter(round__cycle=cycle, state=PUBLISHED, purpose="real").select_related("bundle")
    by_round = {run.round_id: run for run in runs}
    return [show_round(one, by_round.get(one.pk)) for one in list_rounds(cycle)]
