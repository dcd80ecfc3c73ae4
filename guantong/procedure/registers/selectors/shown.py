"""One title whole: where it stands, its story, what can be done; and what a case page shows of titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import story

from .. import errors
from ..actions.writing import kept_of, shown_name
from ..facts import in_force_on
from ..log import plain
from ..models import HeldTitle, RegisterEntry, Reliance, TitleSpan
from ..reading import SUBJECT
from ..rules import EXCHANGE, GRANT, KIND_WORDS, STANDING, STATE_WORDS, SUSPEND, WITHDRAW, Standing, standing_on
from .listing import TONES, RowShown, rows_of


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry in words."""

    title: str
    when: date
    text: str
    basis: str
    case_number: str


@dataclass(frozen=True, slots=True)
class TitleShown:
    """One title for its page and for its certificate."""

    title: HeldTitle
    row: RowShown
    standing: Standing
    entries: tuple[EntryShown, ...]
    day: date

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.standing.state]

    @property
    def tone(self) -> str:
        return TONES.get(self.standing.state, "neutral")


def find_title(number: str) -> HeldTitle | None:
    """The title with this number, as people type it, or None."""
    tidy = "".join(number.split()).replace("－", "-").replace("—", "-").upper()
    if len(tidy) == 12 and "-" not in tidy:
        tidy = f"{tidy[:4]}-{tidy[4:]}"
    return HeldTitle.objects.select_related("version").filter(number=tidy).first() if len(tidy) <= 16 else None


def get_title(number: str) -> HeldTitle:
    """The title with this number. Refuses TTL-101."""
    found = find_title(number)
    if found is None:
        raise errors.TITLE_UNKNOWN.refuse(number=number[:16])
    return found


def show_title(title: HeldTitle, day: date) -> TitleShown:
    """The title as it stood on ``day``, with every entry up to that day."""
    entries = [e for e in title.entries.select_related("case").order_by("sequence") if e.on <= day]
    span = TitleSpan.objects.filter(in_force_on(day), title=title).select_related("title", "title__version").first()
    row = rows_of([span if span is not None else title], day)[0]
    told = tuple(
        EntryShown(
            title=KIND_WORDS[e.kind] + (f"：{e.level}" if e.level and row.level else ""),
            when=e.on,
            text=f"期限到{_last(e.until)}为止。" if e.until is not None and row.last_on is not None else _why(title, e),
            basis=e.clause,
            case_number=e.case_number,
        )
        for e in entries
    )
    return TitleShown(title, row, standing_on(plain(title.entries.all()), day), told, day)


def _why(title: HeldTitle, entry: RegisterEntry) -> str:
    """Why an organisation's title was suspended or withdrawn: the outcome, and the listed reasons stated with it, each
    with its clause. Of a person only the kind of entry is shown, and what the official wrote is never shown."""
    if entry.kind not in (SUSPEND, WITHDRAW) or entry.case is None or title.holder_kind == "person":
        return ""
    lines = [line for line in story(entry.case) if line.is_outcome and line.to == entry.outcome]
    reasons = lines[-1].reasons if lines else ()
    told = [f"{reason.rstrip('。')}（{clause}）。" if clause else reason for reason, clause in reasons]
    return f"{entry.outcome}。" + "".join(told)


def _last(until: date) -> str:
    day = until - timedelta(days=1)
    return f"{day.year}年{day.month}月{day.day}日"


def case_snippet(actor: Actor, case: Case, definition: Definition) -> dict[str, Any] | None:
    """What a case page shows of titles: the one it gave or is about, and those it stands on with their state today."""
    today = clock.today()
    given = list(HeldTitle.objects.filter(entries__case=case, entries__kind=GRANT).distinct())
    exchanged = list(HeldTitle.objects.filter(entries__case=case, entries__kind=EXCHANGE).distinct())
    about = HeldTitle.objects.filter(number=case.subject_id).first() if case.subject_kind == SUBJECT else None
    relied = []
    for row in Reliance.objects.filter(case=case).select_related("title").order_by("pk"):
        state = standing_on(plain(row.title.entries.all()), today).state
        relied.append((row.title, shown_name(row.title), STATE_WORDS[state], TONES.get(state, "neutral")))
    if not (given or about or relied):
        return None
    fallen = [one for one in relied if one[2] != STATE_WORDS[STANDING]]
    return {
        "given": [(t, shown_name(t)) for t in given],
        "exchanged": [(t, shown_name(t)) for t in exchanged],
        "about": (about, shown_name(about)) if about is not None else None,
        "relied": relied,
        "fallen": fallen,
        "grants": kept_of(definition).grants,
    }
