"""What is missing before the next stage of a year, and what waits at the bureau's desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import region_on
from guantong.base.webkit.shows import show_moment
from guantong.domains.admission.models import (
    Appeal,
    Cycle,
    IntakePlan,
    Placement,
    PreferenceList,
    Prospectus,
    Round,
    Run,
    SchoolLimit,
)
from guantong.domains.admission.rules.states import (
    ADMITTED,
    ALLOCATION,
    APPROVED,
    CHOICES,
    CLOSED,
    CONFIRMATION,
    CYCLE_STAGES,
    DISPATCHED,
    FILED,
    PLANS,
    REGISTRATION,
    REVIEW,
    SEALED,
    SUBMITTED,
)
from guantong.domains.admission.selectors.bureau_desk import candidate_counts
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import may_manage, school_names
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.published import list_cycles, list_rounds
from guantong.domains.admission.selectors.school_desk import ToDo
from guantong.domains.admission.selectors.shown_facts import count_waiting, lost_since
from guantong.domains.admission.selectors.visitor_cycles import round_title
from guantong.kernel import clock


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to be done before the next stage. ``page`` and ``args``: where; a check that does not ``block`` is only
    a reminder; one that ``waits`` asks nothing of anybody at the desk yet."""

    text: str
    is_done: bool
    page: str
    blocks: bool = True
    args: tuple[str, ...] = ()
    waits: bool = False

    @property
    def state(self) -> str:
        """The badge's words."""
        if self.is_done:
            return "已完成"
        if self.waits:
            return "等待"
        return "还缺" if self.blocks else "提醒"

    @property
    def tone(self) -> str:
        """The badge's tone."""
        if self.is_done:
            return "good"
        if self.waits:
            return "info"
        return "bad" if self.blocks else "warn"


def next_stage(cycle: Cycle) -> str:
    """The stage after the present one; empty at the end."""
    order = list(CYCLE_STAGES.labels)
    place = order.index(cycle.stage)
    return order[place + 1] if place + 1 < len(order) else ""


def checklist(cycle: Cycle) -> list[Check]:
    """What is done and what is missing before the next stage of a cycle."""
    parts = {
        PLANS: _before_registration,
        REGISTRATION: _before_choices,
        CHOICES: _in_rounds,
        ALLOCATION: _in_rounds,
        REVIEW: _in_rounds,
        CONFIRMATION: _in_rounds,
    }
    found = list(parts[cycle.stage](cycle)) if cycle.stage in parts else []
    missing = [item.title for item in openings_of(cycle) if item.is_due and not item.is_open]
    text = f"应当公开的事项还缺 {len(missing)} 项：{'、'.join(missing)}" if missing else "到期应当公开的事项都已公开"
    return [*found, Check(text, not missing, "bureau_openings", blocks=False)]


def _before_registration(cycle: Cycle) -> Iterator[Check]:
    limits = SchoolLimit.objects.filter(cycle=cycle)
    sized = limits.count()
    text = f"已核定招生规模的学校：{sized} 所" if sized else "还没有核定学校的招生规模"
    yield Check(text, sized > 0, "bureau_limits", blocks=False)
    plans = dict(IntakePlan.objects.filter(cycle=cycle).order_by().values_list("state").annotate(n=Count("id")))
    waiting = plans.get(SUBMITTED, 0)
    text = f"等待审批的计划：{waiting} 个" if waiting else "没有等待审批的计划"
    yield Check(text, not waiting, "bureau_plans")
    approved = plans.get(APPROVED, 0)
    text = f"已批准的计划：{approved} 个" if approved else "还没有已批准的计划"
    yield Check(text, approved > 0, "bureau_plans", blocks=False)
    unsent = plans.get("drafted", 0) + plans.get("returned", 0)
    if unsent:
        yield Check(f"学校还没有上报或正在修改的计划：{unsent} 个", False, "bureau_plans", blocks=False)
    yield from _prospectuses(cycle, blocks=False)


def _prospectuses(cycle: Cycle, *, blocks: bool) -> Iterator[Check]:
    if channel_of(cycle).prospectus is None:
        return
    schools = set(IntakePlan.objects.filter(cycle=cycle, state=APPROVED).values_list("school_id", flat=True))
    filed = set(Prospectus.objects.filter(cycle=cycle, state=FILED).values_list("school_id", flat=True))
    if not schools:
        return
    missing = schools - filed
    names = "、".join(sorted(school_names(missing).values())[:5])
    text = f"招生简章还没有备案：{len(missing)} 所（{names}）" if missing else f"招生简章已备案：{len(schools)} 所"
    yield Check(text, not missing, "bureau_plans", blocks=blocks)


def _before_choices(cycle: Cycle) -> Iterator[Check]:
    counts = candidate_counts(cycle)
    text = f"已报名的考生：{counts.registered:,} 人" if counts.registered else "还没有考生报名"
    yield Check(text, counts.registered > 0, "bureau_candidates", blocks=False)
    if waiting := count_waiting(cycle):
        yield Check(f"考生自报、还没有核验的信息：{waiting:,} 项，不核验不计入", False, "bureau_facts", blocks=False)
    if channel_of(cycle).papers:
        text = f"已有成绩的考生：{counts.scored:,} 人" + (f"，还缺 {counts.unscored:,} 人" if counts.unscored else "")
        yield Check(text, counts.registered > 0 and not counts.unscored, "bureau_candidates", blocks=False)
        text = f"已排位次的考生：{counts.ranked:,} 人" if counts.is_ranked else "考生还没有排位次"
        yield Check(text, counts.is_ranked, "bureau_candidates", blocks=False)
    text = "摇号种子已封存，摘要已公布" if cycle.seed_commitment else "摇号种子还没有抽定和封存"
    yield Check(text, bool(cycle.seed_commitment), "bureau_cycle")
    yield from _prospectuses(cycle, blocks=True)


def _in_rounds(cycle: Cycle) -> Iterator[Check]:
    if lost := len(lost_since(cycle)):
        yield Check(f"截止以后失效的学分银行记录：{lost:,} 项，需要核实", False, "bureau_facts", blocks=False)
    rounds = list_rounds(cycle)
    opened = {one.batch for one in rounds}
    for batch in channel_of(cycle).batches:
        has_plans = IntakePlan.objects.filter(cycle=cycle, batch=batch.id, state=APPROVED).exists()
        if has_plans and batch.id not in opened:
            yield Check(f"“{batch.title}”还没有开始填报", False, "bureau_rounds", blocks=False)
    for one in rounds:
        title = round_title(one, channel_of(cycle).batch(one.batch))
        text, is_done = _round_check(one)
        waits = one.stage == CHOICES and clock.now() < one.closes_at
        if one.stage == REVIEW:
            waits = Placement.objects.filter(round=one, state=DISPATCHED).exists()
        yield Check(f"“{title}”：{text}", is_done, "bureau_round", args=(one.public_id,), waits=waits)


def _round_check(round_: Round) -> tuple[str, bool]:
    """What the round waits for, in words."""
    if round_.stage == CHOICES:
        locked = PreferenceList.objects.filter(round=round_, state="locked").count()
        return f"正在填报，已提交 {locked:,} 份，{show_moment(round_.closes_at)} 截止", False
    if round_.stage == ALLOCATION:
        run = Run.objects.filter(round=round_, purpose="real").exclude(state="abandoned").first()
        if run is None:
            return "填报已截止，还没有正式投档", False
        return ("投档已封存，还没有公布" if run.state == SEALED else "正式投档正在进行"), False
    if round_.stage == REVIEW:
        waiting = Placement.objects.filter(round=round_, state=DISPATCHED).count()
        return (f"学校还有 {waiting:,} 份档案没有审核" if waiting else "审核已办完，可以开始录取确认"), False
    if round_.stage == CONFIRMATION:
        waiting = Placement.objects.filter(round=round_, state=ADMITTED).count()
        return (f"还有 {waiting:,} 名考生没有确认" if waiting else "考生都已答复，可以结束这一轮"), False
    return "已结束", round_.stage == CLOSED


def why_not_next(cycle: Cycle) -> list[Check]:
    """Checks that keep a cycle from its next stage."""
    return [check for check in checklist(cycle) if check.blocks and not check.is_done]


def bureau_to_do(actor: Actor) -> list[ToDo]:
    """What waits at the authority in years of its own region that have not ended: decisions first, then the next step
    of each year, due openings and open appeals."""
    found: list[ToDo] = []
    own = {region_on(one, clock.today()) for one in actor.organisations("admission.manage")}
    for cycle in list_cycles():
        if cycle.stage == CLOSED or cycle.region not in own or not may_manage(actor, cycle):
            continue
        key, title = (cycle.public_id,), cycle.title
        plans = IntakePlan.objects.filter(cycle=cycle, state=SUBMITTED).count() if cycle.stage == PLANS else 0
        if plans:
            found.append(ToDo(f"{plans:,} 个招生计划等待审批。", "bureau_plans", key, "warn", title))
        filing = Prospectus.objects.filter(cycle=cycle, state=SUBMITTED).count()
        if filing and cycle.stage in {PLANS, REGISTRATION}:
            found.append(ToDo(f"{filing:,} 份招生简章等待备案。", "bureau_plans", key, "warn", title))
        found.extend(
            ToDo(f"{check.text}。", check.page, check.args or key, "info" if check.blocks else "warn", title)
            for check in checklist(cycle)
            if not check.is_done and not check.waits and check.page not in {"bureau_plans", "bureau_limits"}
        )
        if may_manage(actor, cycle, "admission.appeal"):
            appeals = Appeal.objects.filter(round__cycle=cycle, state="opened").count()
            if appeals:
                found.append(ToDo(f"{appeals:,} 件录取复核正在办理。", "bureau_appeals", key, "warn", title))
    return found
