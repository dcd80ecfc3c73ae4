"""How far a row has come, from what its bodies last said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

NOT_BEGUN, ON_COURSE, LATE, DONE = "not_begun", "on_course", "late", "done"
STATES = {NOT_BEGUN: "未开始", ON_COURSE: "按期推进", LATE: "滞后", DONE: "已完成"}
"""What a body may say."""
UNREPORTED = "unreported"
OVERDUE = "overdue"
TONES = {NOT_BEGUN: "neutral", ON_COURSE: "info", LATE: "warn", DONE: "good", UNREPORTED: "neutral", OVERDUE: "bad"}
WORDS = {**STATES, UNREPORTED: "没有填报", OVERDUE: "逾期"}
MOST_TEXT = 2000
MOST_REASON = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What one body last said of a row. ``share`` is whole percent."""

    body: int
    is_lead: bool
    state: str
    share: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a row stands on a day. ``share`` is None while nobody has reported."""

    state: str
    share: int | None
    is_overdue: bool
    reported: int
    """Bodies that have reported."""
    expected: int
    """Bodies of the installation that answer for the row or take part."""

    @property
    def shown(self) -> str:
        """The state lists show: overdue before anything but done."""
        return OVERDUE if self.is_overdue else self.state

    @property
    def word(self) -> str:
        """In Chinese."""
        return WORDS[self.shown]

    @property
    def tone(self) -> str:
        """Colour of its badge."""
        return TONES[self.shown]


_ORDER = {LATE: 0, NOT_BEGUN: 1, ON_COURSE: 2, DONE: 3}


def standing_of(said: Sequence[Said], *, expected: int, leads: int, due: date | None, on: date) -> Standing:
    """Where the row stands: what its leading bodies say where the installation has any, else what those who take part
    say; of several the one furthest behind (late, not begun, on course, done), and the smallest share.

    ``leads`` is how many leading bodies the installation has: a row is done only when each of them has said so.
    Overdue is a row not done after its day.
    """
    decisive = [one for one in said if one.is_lead] if leads else list(said)
    wanted = leads or expected
    if not decisive:
        state, share = UNREPORTED, None
    else:
        state = min((one.state for one in decisive), key=_ORDER.__getitem__)
        share = min(one.share for one in decisive)
        if state == DONE and len({one.body for one in decisive}) < wanted:
            state, share = ON_COURSE, min(share, 99)
    return Standing(
        state=state,
        share=share,
        is_overdue=due is not None and on > due and state != DONE,
        reported=len({one.body for one in said}),
        expected=expected,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a list of standings."""

    rows: int
    done: int
    on_course: int
    late: int
    not_begun: int
    unreported: int
    overdue: int

    @property
    def done_share(self) -> int:
        """Whole percent of rows done, rounded down; 0 of none."""
        return self.done * 100 // self.rows if self.rows else 0


def tally(standings: Sequence[Standing]) -> Tally:
    """Each row counted once by its state; overdue ones are counted again beside it."""

    def count(state: str) -> int:
        return sum(one.state == state for one in standings)

    return Tally(
        len(standings),
        count(DONE),
        count(ON_COURSE),
        count(LATE),
        count(NOT_BEGUN),
        count(UNREPORTED),
        sum(one.is_overdue for one in standings),
    )
