"""Who may do what where: the mandate of a bureau reaches its region and what lies below it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.orgs.public import list_spans, name_on, names_on, region_names_on, region_on, region_tree
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle
from guantong.kernel import clock


def authorities(actor: Actor, permission: str, region: str) -> frozenset[int]:
    """The actor's authorities with ``permission`` whose region is ``region`` or holds it today."""
    own = actor.organisations(permission)
    if not own:
        return own
    day = clock.today()
    tree = region_tree(day)
    return frozenset(o for o in own if tree.holds(region_on(o, day), region))


def may_manage(actor: Actor, cycle: Cycle, permission: str = "admission.manage") -> bool:
    """Whether the actor organises this cycle."""
    return actor.is_system or bool(authorities(actor, permission, cycle.region))


def require_bureau(actor: Actor, permission: str, region: str) -> int | None:
    """The authority for which the actor acts (None for the system); ACC-… without the post, ADM-010 elsewhere."""
    if actor.is_system:
        return None
    require(actor, permission)
    found = authorities(actor, permission, region)
    if not found:
        day = clock.today()
        raise errors.OTHER_REGION.refuse(region=region_tree(day).names.get(region, region))
    return min(found)


def region_title(region: str) -> str:
    """The name of a region today."""
    return region_names_on([region], clock.today()).get(region, region)


def regions_above(region: str) -> tuple[str, ...]:
    """The region and what holds it today, lowest first: whose orders reach a cycle of ``region``."""
    return region_tree(clock.today()).chain(region) or (region,)


def regions_below(region: str) -> frozenset[str]:
    """The region and everything below it today: where an order of ``region`` reaches."""
    return region_tree(clock.today()).below(region)


def find_authority(region: str) -> int | None:
    """The authority of a region today: the first registered there, if any."""
    spans = list_spans(day=clock.today(), kinds=["authority"]).filter(region_id=region)
    return spans.order_by("organisation_id").values_list("organisation_id", flat=True).first()


def require_school(actor: Actor, permission: str, school_id: int) -> None:
    """ACC-… unless the actor holds ``permission`` at the school."""
    require(actor, permission, school_id)


def school_name(school_id: int) -> str:
    """Today's name of a school."""
    return name_on(school_id, clock.today())


def school_names(ids: Iterable[int], on: date | None = None) -> dict[int, str]:
    """Names of schools on a day (today's), in one query."""
    return dict(names_on(set(ids), on or clock.today()))
