"""Stages and states of admission with their labels, which may follow which, and what each stage allows.

The tables of docs/dev/admission.md §2 as values; :func:`why_not_move` and :func:`why_not_now` are the only judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guantong.kernel.refusal import Problem

from ..errors import rules as errors


@dataclass(frozen=True, slots=True)
class StateTable:
    """The states of one kind of thing: Chinese labels in order, and which states may follow each."""

    what: str
    """The thing as people call it, for sentences."""
    labels: Mapping[str, str]
    follows: Mapping[str, frozenset[str]]
    alive: frozenset[str]
    """States in which the thing still counts."""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(state, label) in order, as tables of the database want them."""
        return list(self.labels.items())

    @property
    def first(self) -> str:
        """The state in which a new one stands."""
        return next(iter(self.labels))

    def may_move(self, state: str, to: str) -> bool:
        """Whether ``to`` may follow ``state``."""
        return to in self.follows[state]

    def is_final(self, state: str) -> bool:
        """Whether nothing follows ``state``."""
        return not self.follows[state]


def _table(
    what: str, labels: Mapping[str, str], follows: Mapping[str, tuple[str, ...]], ended: tuple[str, ...]
) -> StateTable:
    return StateTable(
        what,
        labels,
        {state: frozenset(follows.get(state, ())) for state in labels},
        frozenset(labels) - frozenset(ended),
    )


PLANS, REGISTRATION, CHOICES, ALLOCATION = "plans", "registration", "choices", "allocation"
REVIEW, CONFIRMATION, CLOSED = "review", "confirmation", "closed"

CYCLE_STAGES = _table(
    "招生年度",
    {
        PLANS: "编制计划",
        REGISTRATION: "报名和考试",
        CHOICES: "填报志愿",
        ALLOCATION: "投档",
        REVIEW: "学校审核",
        CONFIRMATION: "录取确认",
        CLOSED: "已结束",
    },
    {
        PLANS: (REGISTRATION,),
        REGISTRATION: (CHOICES,),
        CHOICES: (ALLOCATION,),
        ALLOCATION: (REVIEW,),
        REVIEW: (CONFIRMATION,),
        CONFIRMATION: (CLOSED,),
    },
    (CLOSED,),
)
"""Stages of one channel's year. Supplementary rounds run their own stages while the cycle stands in confirmation."""

PLANNED = "planned"
ROUND_STAGES = _table(
    "轮次",
    {
        PLANNED: "未开始",
        CHOICES: "填报志愿",
        ALLOCATION: "投档",
        REVIEW: "学校审核",
        CONFIRMATION: "录取确认",
        CLOSED: "已结束",
    },
    {
        PLANNED: (CHOICES,),
        CHOICES: (ALLOCATION,),
        ALLOCATION: (REVIEW,),
        REVIEW: (CONFIRMATION,),
        CONFIRMATION: (CLOSED,),
    },
    (CLOSED,),
)
"""Stages of one round of a batch; round 1 is the first filing, 2 and later are supplementary rounds."""

DRAFTED, SUBMITTED, APPROVED, RETURNED = "drafted", "submitted", "approved", "returned"
PLAN_STATES = _table(
    "招生计划",
    {DRAFTED: "草稿", SUBMITTED: "已上报", APPROVED: "已批准", RETURNED: "已退回修改"},
    {
        DRAFTED: (SUBMITTED,),
        SUBMITTED: (APPROVED, RETURNED, DRAFTED),
        RETURNED: (SUBMITTED,),
        APPROVED: (RETURNED,),
    },
    (),
)
"""An approved plan goes back only by the bureau, while the cycle still stands in ``plans``."""
EDITABLE_PLANS = frozenset({DRAFTED, RETURNED})

FILED = "filed"
PROSPECTUS_STATES = _table(
    "招生简章",
    {DRAFTED: "草稿", SUBMITTED: "已报送", FILED: "已备案", RETURNED: "已退回修改"},
    {DRAFTED: (SUBMITTED,), SUBMITTED: (FILED, RETURNED, DRAFTED), RETURNED: (SUBMITTED,), FILED: (RETURNED,)},
    (),
)

REGISTERED, WITHDRAWN = "registered", "withdrawn"
CANDIDATE_STATES = _table(
    "考生报名",
    {REGISTERED: "已报名", WITHDRAWN: "已撤回报名"},
    {REGISTERED: (WITHDRAWN,), WITHDRAWN: (REGISTERED,)},
    (WITHDRAWN,),
)

DRAFT, LOCKED = "draft", "locked"
LIST_STATES = _table("志愿表", {DRAFT: "未提交", LOCKED: "已提交锁定"}, {DRAFT: (LOCKED,)}, ())
"""A locked list never changes again: later wishes go into the list of the next round."""

STARTED, COMPUTED, SEALED, PUBLISHED, ABANDONED = "started", "computed", "sealed", "published", "abandoned"
RUN_STATES = _table(
    "投档运算",
    {STARTED: "已开始", COMPUTED: "已算完", SEALED: "已封存", PUBLISHED: "已公布", ABANDONED: "已放弃"},
    {STARTED: (COMPUTED, ABANDONED), COMPUTED: (SEALED, ABANDONED), SEALED: (PUBLISHED, ABANDONED)},
    (ABANDONED,),
)
RUN_PURPOSES = {"mock": "模拟投档", "real": "正式投档", "appeal": "申诉重算", "trial": "规则试算"}

DISPATCHED, SENT_BACK, ADMITTED = "dispatched", "sent_back", "admitted"
CONFIRMED, DECLINED = "confirmed", "declined"
PLACEMENT_STATES = _table(
    "录取结果",
    {
        DISPATCHED: "已投档",
        ADMITTED: "已录取",
        CONFIRMED: "已确认",
        REGISTERED: "已注册",
        SENT_BACK: "已退档",
        DECLINED: "已放弃",
        WITHDRAWN: "已取消",
    },
    {
        DISPATCHED: (ADMITTED, SENT_BACK, WITHDRAWN),
        ADMITTED: (CONFIRMED, DECLINED, WITHDRAWN),
        CONFIRMED: (REGISTERED, DECLINED, WITHDRAWN),
        REGISTERED: (WITHDRAWN,),
    },
    (SENT_BACK, DECLINED, WITHDRAWN),
)
"""Living placements hold the candidate's one place; ``withdrawn`` is the reversal an appeal or a re-check orders."""

TABLES: Mapping[str, StateTable] = {
    "cycle": CYCLE_STAGES,
    "round": ROUND_STAGES,
    "plan": PLAN_STATES,
    "prospectus": PROSPECTUS_STATES,
    "candidate": CANDIDATE_STATES,
    "list": LIST_STATES,
    "run": RUN_STATES,
    "placement": PLACEMENT_STATES,
}
"""Every table by the kind of thing."""

WORK: Mapping[str, tuple[str, frozenset[str]]] = {
    "set_school_limits": ("核定办学规模", frozenset({PLANS})),
    "save_plan": ("编制招生计划", frozenset({PLANS})),
    "submit_plans": ("上报招生计划", frozenset({PLANS})),
    "decide_plans": ("审批招生计划", frozenset({PLANS})),
    "save_prospectus": ("编写招生简章", frozenset({PLANS, REGISTRATION})),
    "decide_prospectus": ("备案招生简章", frozenset({PLANS, REGISTRATION})),
    "register_candidates": ("报名", frozenset({REGISTRATION})),
    "withdraw_candidate": ("撤回报名", frozenset({REGISTRATION})),
    "enter_scores": ("录入成绩", frozenset({REGISTRATION})),
    "rank_candidates": ("排位次", frozenset({REGISTRATION})),
    "refresh_facts": ("核对学分银行的记录", frozenset({REGISTRATION})),
    "decide_facts": ("确认自报信息", frozenset({REGISTRATION})),
    "commit_seed": ("封存抽签种子", frozenset({PLANS, REGISTRATION})),
    "save_list": ("填报志愿", frozenset({CHOICES})),
    "lock_list": ("提交志愿", frozenset({CHOICES})),
    "start_run": ("投档", frozenset({ALLOCATION})),
    "review_candidates": ("审核考生档案", frozenset({REVIEW})),
    "confirm_place": ("确认录取", frozenset({CONFIRMATION})),
    "decline_place": ("放弃录取", frozenset({CONFIRMATION})),
    "open_supplementary": ("征集志愿", frozenset({CONFIRMATION})),
    "register_student": ("注册学籍", frozenset({CONFIRMATION, CLOSED})),
    "open_appeal": ("申诉", frozenset({REGISTRATION, CHOICES, ALLOCATION, REVIEW, CONFIRMATION, CLOSED})),
}
"""What is done in which stage: name of the action → (as people call it, stages). Of a list, a run, a review and a
confirmation the stage of the round counts; of everything else the stage of the cycle. A mock or trial run may start
from ``choices`` on: see :func:`why_not_run`."""


def why_not_move(table: StateTable, state: str, to: str) -> Problem | None:
    """Why ``to`` may not follow ``state``; None when it may (ADM-290)."""
    if to in table.follows[state]:
        return None
    return errors.STATE_NOT_HERE.problem(what=table.what, state=table.labels[state], act=f"改为“{table.labels[to]}”")


def why_not_now(work: str, stage: str) -> Problem | None:
    """Why ``work`` (a key of :data:`WORK`) is not done in ``stage``; None when it is (ADM-291)."""
    title, stages = WORK[work]
    if stage in stages:
        return None
    labels = {**CYCLE_STAGES.labels, **ROUND_STAGES.labels}
    wanted = "、".join(f"“{label}”" for key, label in labels.items() if key in stages)
    return errors.STAGE_NOT_HERE.problem(stage=labels[stage], work=title, wanted=wanted)


def why_not_run(purpose: str, stage: str) -> Problem | None:
    """Why a run of ``purpose`` may not start while the round stands in ``stage``; None when it may (ADM-291).

    A real run starts in ``allocation`` alone; a mock run also while lists are being filled, so that candidates may see
    where they stand; an appeal is computed again after the real run; trials use what is there.
    """
    stages = {
        "real": frozenset({ALLOCATION}),
        "mock": frozenset({CHOICES, ALLOCATION}),
        "appeal": frozenset({REVIEW, CONFIRMATION, CLOSED}),
        "trial": frozenset(CYCLE_STAGES.labels) | {PLANNED},
    }[purpose]
    if stage in stages:
        return None
    labels = {**CYCLE_STAGES.labels, **ROUND_STAGES.labels}
    wanted = "、".join(f"“{label}”" for key, label in labels.items() if key in stages)
    return errors.STAGE_NOT_HERE.problem(stage=labels[stage], work=RUN_PURPOSES[purpose], wanted=wanted)
