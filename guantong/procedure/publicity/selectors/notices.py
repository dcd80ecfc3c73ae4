"""Notices: searching the board, one notice, what holds it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from guantong.base.orgs.public import region_tree
from guantong.base.sheets.titles import simplified
from guantong.kernel import clock
from guantong.kernel.refusal import Problem
from guantong.procedure.cases import periods
from guantong.procedure.cases.definition import Step
from guantong.procedure.cases.models import Case

from .. import errors
from ..models import Objection, PublicNotice
from ..rules import OPEN, RECEIVED, STATE_WORDS, TONES, UPHELD, holds

FEED = 50
"""Notices in a feed, newest first."""


def why_held(case: Case, step: Step) -> Problem | None:
    """Why the notice of this step must stay open, or None."""
    open_ones = Objection.objects.filter(notice__case_id=case.pk, notice__step=step.id, notice__state=OPEN)
    states = list(open_ones.values_list("state", flat=True))
    if not holds(states):
        return None
    return errors.OBJECTIONS_OPEN.problem(count=states.count(RECEIVED))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to; empty texts do not narrow. ``state``: ``open``, ``past`` or empty."""

    words: str = ""
    procedure: str = ""
    region: str = ""
    state: str = OPEN
    since: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """One notice as everybody sees it."""

    notice: PublicNotice
    ends_on: date
    is_provisional: bool
    is_taking: bool
    """Whether objections are taken now."""
    days_left: int | None
    """Working days that follow today; None once it is over."""

    @property
    def state_word(self) -> str:
        return "核实异议中" if self.notice.state == OPEN and self.days_left is None else STATE_WORDS[self.notice.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.notice.state, "neutral")

    @property
    def head(self) -> str:
        """The first values of the content, to tell notices of one procedure apart."""
        return "　".join(value for _, value in self.notice.content[:2])[:120]


def find_notices(filters: Filters) -> QuerySet[PublicNotice]:
    """Notices of the board, newest first. Words match in either script; a region takes all below it."""
    notices = PublicNotice.objects.select_related("case")
    for word in simplified(filters.words).lower().split()[:8]:
        notices = notices.filter(search_text__contains=word[:40])
    if filters.state == OPEN:
        notices = notices.filter(state=OPEN)
    elif filters.state == "past":
        notices = notices.filter(~Q(state=OPEN))
    if filters.procedure:
        notices = notices.filter(procedure=filters.procedure)
    if filters.region:
        notices = notices.filter(region__in=region_tree(clock.today()).below(filters.region))
    if filters.since is not None:
        notices = notices.filter(ends_on__gte=filters.since)
    return notices.order_by("-published_at", "-pk")


def show_notice(notice: PublicNotice) -> NoticeShown:
    """The notice as it stands now: its last day is that of its case while it is open."""
    case = notice.case
    is_open = notice.state == OPEN
    ends_on, is_provisional = notice.ends_on, notice.is_provisional
    if is_open and case.step == notice.step and case.due_on is not None:
        ends_on, is_provisional = case.due_on, case.is_provisional
    in_time = clock.now() < periods.end_of_day(ends_on)
    held = is_open and not in_time and Objection.objects.filter(notice=notice, state=RECEIVED).exists()
    left = _working_days_left(case, ends_on) if is_open and in_time else None
    return NoticeShown(notice, ends_on, is_provisional, is_open and (in_time or held), left)


def _working_days_left(case: Case, ends_on: date) -> int:
    from guantong.procedure.cases import library

    calendar = library.law_on(case.law_on, case.region).calendar
    return calendar.working_days_between(clock.today(), ends_on)[0]


def get_notice(public_id: str) -> PublicNotice:
    """One notice by its lasting address. Refuses PUB-101."""
    found = PublicNotice.objects.select_related("case").filter(public_id=public_id).first()
    if found is None:
        raise errors.NOTICE_UNKNOWN.refuse(public_id=public_id[:16])
    return found


def objections_told(notice: PublicNotice) -> list[tuple[str, int]]:
    """(state in words, count) of the objections to a notice; their contents are nobody's but the handlers'."""
    states = list(Objection.objects.filter(notice=notice).values_list("state", flat=True))
    order = (RECEIVED, UPHELD, "dismissed", "taken_back")
    return [(STATE_WORDS[state], states.count(state)) for state in order if state in states]


def procedures_shown() -> list[tuple[str, str]]:
    """(id, title) of procedures that ever published, for the filter."""
    rows = PublicNotice.objects.order_by("procedure", "-pk").values_list("procedure", "procedure_title")
    return sorted(dict(reversed(list(rows.distinct()))).items(), key=lambda pair: pair[1])


def regions_shown() -> list[tuple[str, str]]:
    """(code, name) of regions with notices and what lies above them."""
    tree = region_tree(clock.today())
    codes = set(PublicNotice.objects.order_by().values_list("region", flat=True).distinct())
    above = {code for own in codes for code in tree.chain(own) if tree.levels[code] != "nation"}
    return [(code, tree.path_name(code)) for code in sorted(above)]


def count_open() -> int:
    """Notices open now, for the landing page."""
    return PublicNotice.objects.filter(state=OPEN).count()
