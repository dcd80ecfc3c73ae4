"""A candidate's desk: candidacies with what is next, the list as it is being built, the score with its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Appeal, Candidate, Cycle, Placement, PreferenceList, Round, Score
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.rules.conditions import Cell
from guantong.domains.admission.rules.declaration.shapes import Batch
from guantong.domains.admission.rules.eligibility import Reason
from guantong.domains.admission.rules.facts import show_mark
from guantong.domains.admission.rules.scoring import PAPER_STATES, Composition, Explained, compose
from guantong.domains.admission.rules.states import (
    ADMITTED,
    ALLOCATION,
    CANDIDATE_STATES,
    CHOICES,
    CONFIRMATION,
    CONFIRMED,
    CYCLE_STAGES,
    DECLINED,
    DISPATCHED,
    LOCKED,
    REGISTERED,
    REGISTRATION,
    SENT_BACK,
    WITHDRAWN,
)
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.choosing import eligibility, find_score
from guantong.domains.admission.selectors.facts import facts_of
from guantong.domains.admission.selectors.places import PlaceShown, UnitShown, find_units
from guantong.domains.admission.selectors.results import ResultShown, find_result
from guantong.domains.admission.selectors.visitor_cycles import RoundShown, show_round, show_rounds, stage_among
from guantong.kernel import clock
from guantong.procedure.cases.public import list_cases_about

SUBJECT = "admission.appeal"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the candidate can do or wait for now. ``page`` and ``key``: the page it is done at; empty: only to know."""

    text: str
    page: str = ""
    key: str = ""
    state: str = ""
    tone: str = "info"
    due: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class RoundOfMine:
    """A round with the own list and the own published result in it."""

    shown: RoundShown
    list: PreferenceList | None
    result: ResultShown | None


@dataclass(frozen=True, slots=True)
class Candidacy:
    """One candidacy with everything its home page tells."""

    cycle: Cycle
    candidate: Candidate
    state_label: str
    score: Score | None
    rounds: tuple[RoundOfMine, ...]
    steps: tuple[NextStep, ...]
    stage_label: str


def list_candidacies(actor: Actor) -> list[Candidacy]:
    """Every candidacy of the actor, newest year first."""
    if actor.person_id is None:
        return []
    rows = Candidate.objects.filter(person_id=actor.person_id).select_related("cycle", "person")
    return [show_candidacy(row) for row in rows.order_by("-year", "-pk")]


def open_for_registration(actor: Actor) -> list[Cycle]:
    """Cycles in which the actor may register now and has not."""
    there = Candidate.objects.filter(person_id=actor.person_id or 0, state="registered").values("cycle_id")
    return list(Cycle.objects.filter(stage=REGISTRATION).exclude(pk__in=there).order_by("-year", "channel"))


def show_candidacy(candidate: Candidate) -> Candidacy:
    """One candidacy with its rounds, lists, results and what is next."""
    cycle = candidate.cycle
    lists = {row.round_id: row for row in PreferenceList.objects.filter(candidate=candidate)}
    rounds = tuple(
        RoundOfMine(one, lists.get(one.round.pk), find_result(candidate, one.round) if one.run is not None else None)
        for one in show_rounds(cycle)
    )
    score = find_score(candidate)
    return Candidacy(
        cycle=cycle,
        candidate=candidate,
        state_label=CANDIDATE_STATES.labels[candidate.state],
        score=score,
        rounds=rounds,
        steps=tuple(_steps(candidate, score, rounds)),
        stage_label=CYCLE_STAGES.labels[stage_among(cycle, [one.shown.round for one in rounds])],
    )


def _steps(candidate: Candidate, score: Score | None, rounds: Sequence[RoundOfMine]) -> list[NextStep]:
    cycle = candidate.cycle
    if candidate.state == WITHDRAWN:
        return [NextStep("您已经撤回报名，不再参加这个年度的录取。", state="已撤回", tone="neutral")]
    if cycle.stage == REGISTRATION:
        if score is None or score.rank is None:
            return [
                NextStep("您已经报名。成绩和位次公布以后在这里查看。", "my_score", cycle.public_id, "已报名", "good")
            ]
        return [NextStep("成绩和位次已经公布，请核对；填报志愿的时间确定以后在这里通知。", "my_score", cycle.public_id)]
    found = [step for one in rounds for step in _round_steps(cycle, one, rounds)]
    return found or [NextStep("现在没有需要您办的事。", state="", tone="neutral")]


def _round_steps(cycle: Cycle, one: RoundOfMine, rounds: Sequence[RoundOfMine]) -> list[NextStep]:
    round_, title = one.shown.round, one.shown.title
    if one.result is not None:
        return _result_steps(cycle, one)
    if round_.stage == CHOICES:
        return _choice_steps(one, rounds)
    if round_.stage == ALLOCATION and one.list is not None and one.list.state == LOCKED:
        return [
            NextStep(f"{title}：志愿已提交，正在投档，结果公布以后通知您。", "my_list", round_.public_id, "等待结果")
        ]
    return []


def _choice_steps(one: RoundOfMine, rounds: Sequence[RoundOfMine]) -> list[NextStep]:
    round_, title = one.shown.round, one.shown.title
    if any(other.result is not None and _is_settled(other.result) for other in rounds):
        return []
    if one.list is not None and one.list.state == LOCKED:
        text = f"{title}：{len(one.list.entries)} 个志愿已提交锁定。"
        return [NextStep(text, "my_list", round_.public_id, "已提交", "good")]
    count = len(one.list.entries) if one.list is not None else 0
    text = f"{title}：已填 {count} 个志愿，还没有提交锁定。" if count else f"{title}：请填报志愿并提交锁定。"
    due = round_.closes_at
    if clock.now() < round_.opens_at:
        return [NextStep(f"{title}：{_moment(round_.opens_at)}开始填报。", "my_list", round_.public_id, "还没有开始")]
    if not one.shown.is_open:
        return [NextStep(f"{title}：填报已经截止，您没有提交志愿。", "my_list", round_.public_id, "已截止", "bad")]
    return [NextStep(text, "my_list", round_.public_id, "还没有提交", "warn", due)]


def _is_settled(result: ResultShown) -> bool:
    """Whether nothing more is to be chosen this year: a place is held, or was given up."""
    placement = result.placement
    return placement is not None and placement.state in {DISPATCHED, ADMITTED, CONFIRMED, REGISTERED, DECLINED}


def _result_steps(cycle: Cycle, one: RoundOfMine) -> list[NextStep]:
    result, round_ = one.result, one.shown.round
    if result is None:
        return []
    placement = result.placement
    key = round_.public_id
    if placement is None:
        if result.reason == "placed_before":
            return []
        return [
            NextStep(
                f"{one.shown.title}：这一轮没有录取，每个志愿的原因可以查看。", "my_result", key, "没有录取", "bad"
            )
        ]
    place = result.place_title
    if placement.state == ADMITTED and round_.stage == CONFIRMATION:
        due = cycle.dates.get("confirmation", {}).get("until") if round_.number == 1 else None
        last = date.fromisoformat(due) if due else None
        return [NextStep(f"您已被{place}录取，请确认或者放弃。", "my_result", key, "请确认", "warn", last)]
    texts = {
        DISPATCHED: (f"您的档案已投到{place}，等学校审核。", "info"),
        ADMITTED: (f"您已被{place}录取，确认的时间开始以后请确认。", "good"),
        CONFIRMED: (f"您已确认到{place}就读，等学校注册学籍。", "good"),
        REGISTERED: (f"您已在{place}注册。", "good"),
        SENT_BACK: (f"{place}退回了您的档案，可以填报征集志愿；有异议的可以申请复核。", "bad"),
        DECLINED: (f"您放弃了{place}的录取。", "neutral"),
        WITHDRAWN: (f"{place}的录取已取消：{placement.reason}", "bad"),
    }
    text, tone = texts[placement.state]
    return [NextStep(text, "my_result", key, result.state_label, tone)]


def _moment(moment: datetime) -> str:
    local = moment.astimezone(clock.CHINA_TIME)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


# ---- facts and score ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """A score with how it came about: papers, sums, each line with its clause; the ordering keys by title."""

    score: Score
    composition: Composition
    paper_states: Mapping[str, str]
    total: str
    ranked: int
    keys: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[Explained]:
        """How the total came about, the papers themselves left out: they stand in their own table."""
        papers = {paper.title for paper in self.composition.papers}
        return [line for line in self.composition.explanation if line.title not in papers]


def facts_shown(candidate: Candidate) -> list[tuple[str, str]]:
    """The facts of registration as (title, value)."""
    channel = channel_of(candidate.cycle)
    facts = facts_of(channel, candidate)
    return [(attribute.title, _cell(facts.get(attribute.id))) for attribute in channel.attributes]


def _cell(cell: Cell) -> str:
    if cell is None:
        return "没有填写"
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return show_mark(cell) if isinstance(cell, Decimal) else cell


def score_shown(candidate: Candidate) -> ScoreShown | None:
    """The own score composed again from the marks, line by line; None before it was entered."""
    score = find_score(candidate)
    if score is None or score.total_thousandths is None:
        return None
    channel = channel_of(candidate.cycle)
    composition = compose(channel, facts_of(channel, candidate), score.papers)
    order = {key.key: key.title for batch in channel.batches for key in batch.order}
    return ScoreShown(
        score=score,
        composition=composition,
        paper_states=PAPER_STATES,
        total=show_mark(composition.total),
        ranked=Candidate.objects.filter(cycle=candidate.cycle, score__rank__isnull=False).count(),
        keys=tuple(
            (title, "没有" if (value := composition.keys.get(key)) is None else f"{show_mark(value)} 分")
            for key, title in order.items()
            if key in composition.keys
        ),
    )


# ---- the list ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    """One choice of a list being built. ``closed``: what stands against it now, empty when nothing known does."""

    ordinal: int
    entry: ChoiceEntry
    unit: UnitShown | None
    wishes: tuple[PlaceShown, ...]
    closed: tuple[tuple[PlaceShown, tuple[Reason, ...]], ...]

    @property
    def title(self) -> str:
        """The unit's title; its id when it is gone from the plans."""
        return self.unit.title if self.unit is not None else self.entry.unit


@dataclass(frozen=True, slots=True)
class ListShown:
    """A list as its page shows it. ``revision`` 0: nothing saved yet."""

    shown: RoundShown
    batch: Batch
    most: int
    row: PreferenceList | None
    choices: tuple[ChoiceShown, ...]

    @property
    def revision(self) -> int:
        """The revision the window shows."""
        return self.row.revision if self.row is not None else 0

    @property
    def is_locked(self) -> bool:
        """Whether the list may not change any more."""
        return self.row is not None and self.row.state == LOCKED

    @property
    def entries(self) -> list[ChoiceEntry]:
        """The choices in order."""
        return [choice.entry for choice in self.choices]


def find_list(candidate: Candidate, round_: Round) -> PreferenceList | None:
    """The own list of a round, if one was saved. The caller is the candidate."""
    return PreferenceList.objects.filter(candidate=candidate, round=round_).first()


def entries_of(row: PreferenceList | None) -> list[ChoiceEntry]:
    """The choices of a kept list."""
    return [ChoiceEntry.from_json(entry) for entry in row.entries] if row is not None else []


def show_list(candidate: Candidate, round_: Round, entries: Sequence[ChoiceEntry] | None = None) -> ListShown:
    """The own list of a round (or ``entries`` as typed in a window) with titles and what stands against each choice."""
    row = find_list(candidate, round_)
    given = entries_of(row) if entries is None else list(entries)
    units = find_units(round_, (entry.unit for entry in given))
    closed = eligibility(candidate, round_, [place for unit in units.values() for place in unit.places])
    shown = show_round(round_)
    return ListShown(
        shown=shown,
        batch=shown.batch,
        most=list_length(round_),
        row=row,
        choices=tuple(_choice(n, entry, units.get(entry.unit), closed) for n, entry in enumerate(given, start=1)),
    )


def _choice(
    ordinal: int, entry: ChoiceEntry, unit: UnitShown | None, closed: Mapping[str, tuple[Reason, ...]]
) -> ChoiceShown:
    if unit is None:
        return ChoiceShown(ordinal, entry, None, (), ())
    by_code: dict[str, PlaceShown] = {}
    for place in unit.places:
        by_code.setdefault(place.programme_code, place)
    wishes = tuple(by_code[code] for code in entry.programmes if code in by_code)
    against = tuple((place, closed[place.id]) for place in (wishes or unit.places) if closed[place.id])
    return ChoiceShown(ordinal, entry, unit, wishes, against)


APPEAL_STATES = {
    "opened": ("办理中", "info"),
    "granted": ("已同意", "good"),
    "refused": ("维持原结果", "neutral"),
    "withdrawn": ("已撤回", "neutral"),
}
"""State of an appeal → (label, tone)."""


@dataclass(frozen=True, slots=True)
class AppealShown:
    """An own appeal in a list."""

    public_id: str
    opened_at: datetime
    grounds: str
    label: str
    tone: str


def list_appeals(candidate: Candidate, round_: Round | None = None) -> list[AppealShown]:
    """The own appeals, newest first."""
    rows = Appeal.objects.filter(candidate=candidate)
    if round_ is not None:
        rows = rows.filter(round=round_)
    rows = rows.order_by("-pk")
    return [AppealShown(row.public_id, row.opened_at, row.grounds, *APPEAL_STATES[row.state]) for row in rows]


def places_for(unit: UnitShown, candidate: Candidate, round_: Round) -> list[dict[str, Any]]:
    """The programmes of a unit, each with what stands against the candidate there."""
    closed = eligibility(candidate, round_, unit.places)
    return [{"place": place, "closed": closed[place.id]} for place in unit.places]


def case_number(appeal: Appeal) -> str:
    """The public id of the case that carries an appeal; ADM-007 when there is none."""
    for about in list_cases_about((SUBJECT, appeal.public_id)):
        return about.public_id
    raise errors.APPEAL_UNKNOWN.refuse()


def supplementary_after(candidate: Candidate, round_: Round) -> list[RoundShown]:
    """Later supplementary rounds of the batch the candidate may still take part in: none while a place is held."""
    if Placement.objects.filter(candidate=candidate, state__in=(*LIVING, DECLINED)).exists():
        return []
    return [
        one
        for one in show_rounds(candidate.cycle)
        if one.round.batch == round_.batch and one.round.number > round_.number and one.round.stage == CHOICES
    ]
