"""Where rows stand, what their bodies said, who owes a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.public import region_on, region_tree
from guantong.kernel import clock

from ..models import ProgressEntry
from ..rules.reading import Ledger, Row
from ..rules.standing import DONE, LATE, Said, Standing, Tally, standing_of, tally
from .ledgers import list_ledgers
from .matching import Body, Matcher

REPORT = "ledgers.report"
PUBLISH = "ledgers.publish"


@dataclass(frozen=True, slots=True)
class BodyShown:
    """A body of a row with what it last said (None: nothing yet)."""

    body: Body
    last: ProgressEntry | None


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row with its bodies and where it stands. ``names`` are the bodies as the ledger names them."""

    ledger: Ledger
    row: Row
    bodies: tuple[BodyShown, ...]
    standing: Standing

    def of(self, organisation_id: int) -> BodyShown | None:
        """That organisation's part in the row."""
        return next((one for one in self.bodies if one.body.organisation_id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class LedgerShown:
    """A ledger with its rows and counts."""

    ledger: Ledger
    rows: tuple[RowShown, ...]
    tally: Tally


def last_entries(ledger: str | None = None, *, until: date | None = None) -> QuerySet[ProgressEntry]:
    """What each body last said of each row: of several entries the one with the highest number wins in
    :func:`said_by`; entries that a later one corrected stay in the story only."""
    found = ProgressEntry.objects.order_by("ledger", "row", "organisation_id", "sequence")
    if ledger is not None:
        found = found.filter(ledger=ledger)
    return found.filter(entered_on__lte=until) if until is not None else found


def said_by(entries: Iterable[ProgressEntry]) -> dict[tuple[str, str, int], ProgressEntry]:
    """Last entry by (ledger, row, organisation), of entries in order of their numbers."""
    return {(one.ledger, one.row, one.organisation_id): one for one in entries}


def show_ledger(
    ledger: Ledger, *, day: date | None = None, area: str = "", matcher: Matcher | None = None
) -> LedgerShown:
    """The ledger as of ``day``. ``area`` narrows to bodies of that region and below it."""
    on = day or clock.today()
    found = matcher or Matcher(on)
    said = said_by(last_entries(ledger.id, until=on))
    rows = []
    for row in ledger.rows:
        bodies = [b for b in found.bodies(ledger, row) if not area or found.tree.holds(area, b.region)]
        shown = tuple(BodyShown(b, said.get((ledger.id, row.number, b.organisation_id))) for b in bodies)
        rows.append(RowShown(ledger, row, shown, _standing(row, shown, on)))
    return LedgerShown(ledger, tuple(rows), tally([row.standing for row in rows]))


def _standing(row: Row, shown: Sequence[BodyShown], on: date) -> Standing:
    said = [
        Said(one.body.organisation_id, one.body.is_lead, one.last.state, one.last.share)
        for one in shown
        if one.last is not None
    ]
    leads = sum(one.body.is_lead for one in shown)
    return standing_of(said, expected=len(shown), leads=leads, due=row.due, on=on)


def show_all(*, day: date | None = None, area: str = "") -> list[LedgerShown]:
    """Every ledger of the installation's region chain."""
    on = day or clock.today()
    matcher = Matcher(on)
    return [show_ledger(ledger, day=on, area=area, matcher=matcher) for ledger in list_ledgers()]


def show_row(ledger: Ledger, row: Row, *, day: date | None = None) -> RowShown:
    """One row with its bodies."""
    shown = show_ledger(ledger, day=day)
    return next(one for one in shown.rows if one.row.number == row.number)


def story_of(ledger: str, row: str) -> list[ProgressEntry]:
    """Every entry of a row, newest first, corrected ones with what corrected them."""
    found = ProgressEntry.objects.filter(ledger=ledger, row=row).select_related(
        "organisation", "evidence", "corrected_by"
    )
    return list(found.order_by("-recorded_at", "-id"))


def own_rows(actor: Actor) -> list[tuple[int, RowShown]]:
    """(organisation, row) of every row for which the actor may report."""
    organisations = actor.organisations(REPORT)
    if not organisations:
        return []
    return [
        (organisation, row)
        for shown in show_all()
        for row in shown.rows
        for organisation in sorted(organisations)
        if row.of(organisation) is not None
    ]


def area_of(actor: Actor) -> tuple[int, str] | None:
    """(authority, its region) of the actor's highest post that publishes bulletins; None: none."""
    today = clock.today()
    tree = region_tree(today)
    found = [(pk, region_on(pk, today)) for pk in actor.organisations(PUBLISH)]
    return min(found, key=lambda one: (len(tree.chain(one[1])), one[0])) if found else None


@dataclass(frozen=True, slots=True)
class BodySum:
    """One body over all ledgers. ``rows`` are those not done, overdue ones first."""

    organisation_id: int
    name: str
    lead: int
    joins: int
    reported: int
    done: int
    late: int
    overdue: int
    rows: tuple[RowShown, ...]


def show_bodies(*, area: str = "") -> list[BodySum]:
    """Every body of the installation with its rows over all ledgers, those with most overdue first."""
    parts: dict[int, list[tuple[RowShown, BodyShown]]] = {}
    for ledger in show_all(area=area):
        for row in ledger.rows:
            for part in row.bodies:
                parts.setdefault(part.body.organisation_id, []).append((row, part))
    found = []
    for pk, mine in parts.items():
        owed = [(row, part) for row, part in mine if part.last is None or part.last.state != DONE]
        overdue = [row for row, _ in owed if row.standing.is_overdue]
        rest = [row for row, _ in owed if not row.standing.is_overdue]
        found.append(
            BodySum(
                organisation_id=pk,
                name=mine[0][1].body.name,
                lead=sum(part.body.is_lead for _, part in mine),
                joins=sum(not part.body.is_lead for _, part in mine),
                reported=sum(part.last is not None for _, part in mine),
                done=len(mine) - len(owed),
                late=sum(part.last is not None and part.last.state == LATE for _, part in mine),
                overdue=len(overdue),
                rows=tuple(overdue + rest),
            )
        )
    return sorted(found, key=lambda one: (-one.overdue, -one.late, one.organisation_id))
