"""Schools and places as visitors look at them: plan tables, one school of a cycle, what a place gave before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from guantong.base.orgs.models import Organisation
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cutoff, Cycle, IntakePlan
from guantong.domains.admission.rules.states import APPROVED, PUBLISHED
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import school_name
from guantong.domains.admission.selectors.places import show_places
from guantong.domains.admission.selectors.published import shown_key, steps_of
from guantong.domains.admission.selectors.visitor_cycles import round_title
from guantong.domains.programmes.public import label_of

YEARS = 4
"""How many years of cut-offs a place's page tells, this year's among them."""


@dataclass(frozen=True, slots=True)
class SchoolShown:
    """A school that has places in a cycle."""

    id: int
    public_id: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class PastCutoff:
    """What one place gave in one round: the whole vector of the last admitted, with the ordinal and the rank."""

    year: int
    round_title: str
    slice_title: str
    keys: tuple[tuple[str, str], ...]
    ordinal: int | None
    rank: int | None
    seats: int
    admitted: int
    is_full: bool
    run: str
    is_of_closing: bool
    note: str


def get_school(cycle: Cycle, public_id: str) -> SchoolShown:
    """A school with approved plans in a cycle; ADM-003 when there is none."""
    row = Organisation.objects.filter(public_id=public_id).first()
    if row is None or not IntakePlan.objects.filter(cycle=cycle, school=row, state=APPROVED).exists():
        raise errors.PLAN_UNKNOWN.refuse()
    return SchoolShown(row.pk, row.public_id, school_name(row.pk), row.school_code or "")


def history_of(plan: IntakePlan) -> list[PastCutoff]:
    """Published cut-offs of the same school, programme, kind and batch, newest first, quota seats told apart."""
    cycle = plan.cycle
    rows = (
        Cutoff.objects.filter(
            plan__school_id=plan.school_id,
            plan__programme_id=plan.programme_id,
            plan__kind=plan.kind,
            plan__batch=plan.batch,
            run__state=PUBLISHED,
            run__purpose="real",
            run__round__cycle__region=cycle.region,
            run__round__cycle__channel=cycle.channel,
            run__round__cycle__year__lte=cycle.year,
            run__round__cycle__year__gt=cycle.year - YEARS,
        )
        .select_related("run__round__cycle")
        .order_by("-run__round__cycle__year", "run__round__number", "pk")
    )
    return [_past(row, steps.note(row)) for steps in steps_of(rows) for row in steps.rows if row.seats or row.admitted]


def _past(row: Cutoff, note: str) -> PastCutoff:
    round_ = row.run.round
    channel = channel_of(round_.cycle)
    batch = channel.batch(round_.batch)
    titles = {
        **channel.titles,
        "lottery": "摇号数",
        "priority": "专业自己的成绩",
        **{k.key: k.title for k in batch.order},
    }
    quotas = {quota.id: quota.title for quota in channel.quotas}
    return PastCutoff(
        year=round_.cycle.year,
        round_title=round_title(round_, batch),
        slice_title="" if row.slice == "ordinary" else quotas.get(row.slice, row.slice),
        keys=tuple((titles.get(key, key), shown_key(key, value)) for key, value in row.keys),
        ordinal=row.ordinal,
        rank=row.rank,
        seats=row.seats,
        admitted=row.admitted,
        is_full=row.is_full,
        run=row.run.public_id,
        is_of_closing=row.is_of_closing,
        note=note,
    )


def plan_rows(plans: Iterable[IntakePlan]) -> Iterator[tuple[object, ...]]:
    """Plans as the rows of a table open to all, in the columns of the page's download."""
    for place in show_places(plans):
        yield (
            place.id, place.batch_title, place.school_key, place.school_name, place.group_code, place.group_name,
            place.programme_code, place.programme_name, place.category_name, label_of(place.programme_level),
            place.kind_title, place.seats, Decimal(place.fee_fen) / 100, place.years, place.place, place.mode_title,
            "；".join(str(condition.get("title", "")) for condition in place.conditions), place.note,
        )  # fmt: skip
