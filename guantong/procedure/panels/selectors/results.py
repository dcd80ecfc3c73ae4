"""What the declaring side reads of its own result. Reviewers are numbered, never named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from guantong.procedure.cases.models import Case

from ..models import PanelCase, PanelSeat, Score
from ..published import rule_from
from ..scoring import shown, tally
from ..specs import criteria_of, drop_of
from ..wording import result_sentence
from .sheets import last_sheet, latest_sheets


@dataclass(frozen=True, slots=True)
class ReviewerShown:
    """One reviewer's sheet as the declarer sees it."""

    name: str
    """``专家1``."""
    total: str
    counts: bool
    """Whether it counts: not the highest or lowest left out."""
    points: tuple[tuple[str, str, str], ...]
    """(criterion, points, comment)."""
    comment: str


@dataclass(frozen=True, slots=True)
class ResultShown:
    """The result of one panel for one case."""

    panel: str
    at: datetime
    is_passed: bool
    sentence: str
    mean: str
    rank: int | None
    of: int | None
    line: str
    criteria: tuple[tuple[str, str, str], ...]
    """(criterion, mean over the sheets that count, most)."""
    reviewers: tuple[ReviewerShown, ...]


def result_of(case: Case) -> ResultShown | None:
    """The last result of a case; None while there is none: nothing of the scores is told before."""
    rows = PanelCase.objects.select_related("panel", "closing").filter(case_id=case.pk, state="decided")
    entry = rows.order_by("-decided_at", "-id").first()
    if entry is None or entry.closing is None or entry.decided_at is None:
        return None
    rules = entry.panel.rules
    criteria = criteria_of(rules)
    found = tally(latest_sheets(entry), criteria, drop_of(rules))
    rule = rule_from(entry.closing.rule)
    rank, of = (entry.rank, entry.of) if rule.is_ranked else (None, None)
    dropped = {*found.dropped_high, *found.dropped_low}
    by_body = rule.places_of is not None
    return ResultShown(
        panel=entry.panel.public_id,
        at=entry.decided_at,
        is_passed=bool(entry.is_passed),
        sentence=result_sentence(mean=entry.mean, rank=rank, of=of, line=entry.line, why=entry.why, by_body=by_body),
        mean=shown(Fraction(entry.mean)),
        rank=rank,
        of=of,
        line=shown(Fraction(entry.line)) if entry.line else "",
        criteria=tuple((c.title, shown(found.by_criterion[c.id]), f"{c.most:f}") for c in criteria),
        reviewers=tuple(_reviewers(entry, {c.id: c.title for c in criteria}, dropped)),
    )


def _reviewers(entry: PanelCase, titles: dict[str, str], dropped: set[str]) -> list[ReviewerShown]:
    found = []
    seats = PanelSeat.objects.select_related("member").filter(entry=entry, state="scored").order_by("position")
    for number, seat in enumerate(seats, start=1):
        sheet = last_sheet(seat)
        if sheet is None:
            continue
        scores = {s.criterion: s for s in Score.objects.filter(sheet=sheet)}
        found.append(
            ReviewerShown(
                name=f"专家{number}",
                total=shown(Fraction(sheet.total)),
                counts=seat.member.public_id not in dropped,
                points=tuple(
                    (title, shown(Fraction(scores[c].points)), scores[c].comment)
                    for c, title in titles.items()
                    if c in scores
                ),
                comment=sheet.comment,
            )
        )
    return found
