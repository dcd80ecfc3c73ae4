"""The estimate of a list's risk for its candidate: published cut-offs of earlier years and the ranks of now."""

from __future__ import annotations

from collections.abc import Sequence

from guantong.domains.admission.models import Candidate, IntakePlan, Round
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.rules.risk import ChoiceFacts, ListRisk, PastCut, list_risk
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.choosing import eligibility, find_score
from guantong.domains.admission.selectors.places import UnitShown, find_units
from guantong.domains.admission.selectors.search import past_cuts, past_unit_cuts


def risk_of(candidate: Candidate, round_: Round, entries: Sequence[ChoiceEntry]) -> ListRisk:
    """The estimate for a list as it stands in a window, saved or not. Nothing of other people's lists goes into it."""
    score = find_score(candidate)
    ranked = Candidate.objects.filter(cycle=round_.cycle, score__rank__isnull=False).count()
    units = find_units(round_, (e.unit for e in entries))
    places = [place for unit in units.values() for place in unit.places]
    plans = list(
        IntakePlan.objects.filter(pk__in=[p.plan_id for p in places]).select_related("cycle", "programme", "school")
    )
    by_place = past_cuts(plans)
    batch = channel_of(round_.cycle).batch(round_.batch)
    by_unit = past_unit_cuts(round_.cycle, units) if batch.unit != "place" else {}
    closed = eligibility(candidate, round_, places)
    choices: list[ChoiceFacts] = []
    for ordinal, entry in enumerate(entries, start=1):
        unit = units.get(entry.unit)
        if unit is None:
            continue
        wished = [p for p in unit.places if not entry.programmes or p.programme_code in entry.programmes] or unit.places
        reasons = [closed[p.id] for p in wished]
        why = reasons[0][0].sentence if all(reasons) else ""
        step = ordinal if batch.mechanism == "sequential" else None
        cuts = [by_unit[entry.unit]] if entry.unit in by_unit else [by_place.get(p.plan_id, ()) for p in wished]
        asked = [tuple(cut.at(step) for cut in one) for one in cuts]
        past = asked[0] if entry.unit in by_unit else _weakest(asked)
        choices.append(ChoiceFacts(ordinal, unit.title, _seats(unit, entry), past, why))
    return list_risk(choices, score.rank if score is not None else None, ranked)


def _seats(unit: UnitShown, entry: ChoiceEntry) -> int:
    wished = [p.seats for p in unit.places if not entry.programmes or p.programme_code in entry.programmes]
    return sum(wished) if wished and not entry.accept_reassignment else unit.seats


def _weakest(cuts: Sequence[tuple[PastCut, ...]]) -> tuple[PastCut, ...]:
    """Of several places, year by year the one that was easiest to get."""
    by_year: dict[int, PastCut] = {}
    for cut in (one for many in cuts for one in many):
        held = by_year.get(cut.year)
        if held is None or _ease(cut) > _ease(held):
            by_year[cut.year] = cut
    return tuple(by_year[year] for year in sorted(by_year, reverse=True))


def _ease(cut: PastCut) -> tuple[int, int]:
    """How easy a place was to get: gone before one came, up to a rank, open to everybody eligible."""
    if cut.filled_at is not None:
        return 0, cut.filled_at
    return (2, 0) if cut.rank is None else (1, cut.rank)
