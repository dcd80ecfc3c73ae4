"""The real divisions of a province enter the register at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs import errors
from guantong.base.orgs.actions.checks import require_area
from guantong.base.orgs.divisions import NATION, divisions_under, source
from guantong.base.orgs.models import Region, RegionSpan


def load_divisions(*, actor: Actor, root: str, in_force_from: date) -> int:
    """Register ``root`` and every real division below it that is not registered yet; returns how many were.

    What is registered already keeps its history. The source package and its version stand in the audit line.
    Needs ``orgs.manage`` over the nation or as an operator. Refuses ORG-003 for a code that is no division.
    """
    with transaction.atomic():
        require_area(actor, root)
        wanted = divisions_under(root)
        if not wanted:
            raise errors.REGION_UNKNOWN.refuse(code=root[:10])
        known = set(Region.objects.values_list("code", flat=True))
        new = [d for d in wanted if d.code not in known]
        if new and NATION not in known:
            Region.objects.create(code=NATION, level="nation")
            RegionSpan.objects.create(region_id=NATION, name="中华人民共和国", parent=None, in_force_from=in_force_from)
        Region.objects.bulk_create((Region(code=d.code, level=d.level) for d in new), batch_size=300)
        RegionSpan.objects.bulk_create(
            (RegionSpan(region_id=d.code, name=d.name, parent_id=d.parent, in_force_from=in_force_from) for d in new),
            batch_size=150,
        )
        if new:
            record(
                actor=actor,
                action="load_divisions",
                subject=("orgs.region", root),
                region=root,
                facts={"new": len(new), "source": source(), "from": in_force_from.isoformat()},
            )
    return len(new)
