"""What happens to regions: rename, another parent, merge, split, end. Organisations in them move along, dated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs import errors
from guantong.base.orgs.actions.changing import Basis, _next_span
from guantong.base.orgs.actions.checks import (
    REGION_NAME_MOST,
    check_day,
    get_region,
    require_area,
    tidy_basis,
    tidy_name,
)
from guantong.base.orgs.models import REGION_LEVELS, Organisation, OrganisationSpan, Region, RegionSpan, Succession
from guantong.base.orgs.rules import check_shares, may_be_parent
from guantong.base.orgs.selectors import region_names_on
from guantong.kernel.refusal import Where


def rename_region(
    *, actor: Actor, code: str, name: str, happened_on: date, basis: Basis, reason: str = ""
) -> RegionSpan:
    """A region bears a new name from a day on. One that gets a new code is registered and merged into instead."""
    with transaction.atomic():
        name = tidy_name(name, REGION_NAME_MOST)
        (span,) = _lock_present([code], happened_on)
        _check(actor, happened_on, basis, code)
        if name == span.name:
            raise errors.NOTHING_CHANGES.refuse(where=Where(column="name", title="名称", value=name))
        new = _next(span, happened_on, name=name)
        _succeed("rename", happened_on, basis, code, code, Fraction(1))
        _record(actor, "rename_region", code, reason, basis, {"from": span.name, "to": name})
    return new


def move_region(
    *, actor: Actor, code: str, parent: str, happened_on: date, basis: Basis, reason: str = ""
) -> RegionSpan:
    """A region belongs to another parent from a day on; what lies in it moves along by itself."""
    with transaction.atomic():
        (span,) = _lock_present([code], happened_on)
        _check(actor, happened_on, basis, code, parent)
        _fits(code, span.name, parent)
        if parent == span.parent_id:
            raise errors.NOTHING_CHANGES.refuse(where=Where(column="parent", title="上级地区", value=parent))
        new = _next(span, happened_on, parent_id=parent)
        _succeed("move", happened_on, basis, code, code, Fraction(1))
        _record(actor, "move_region", code, reason, basis, {"from": span.parent_id, "to": parent})
    return new


def merge_regions(
    *, actor: Actor, sources: Sequence[str], target: str, happened_on: date, basis: Basis, reason: str = ""
) -> None:
    """Regions end and become part of ``target``; their organisations and lower regions move there on that day.

    Refuses ORG-003, 004 (a lower region that does not fit), 020…024, 026, 030.
    """
    with transaction.atomic():
        if not sources:
            raise errors.TOO_FEW.refuse(what="被合并的地区", least=1, where=Where(column="sources", title="被合并地区"))
        codes = [*sources, target]
        if len(set(codes)) != len(codes):
            raise errors.SAME_TWICE.refuse(name="、".join(codes))
        get_region(target)
        _lock_rows(codes)
        spans = _lock_present(sources, happened_on)
        _lock_present([target], happened_on, may_begin_that_day=True)
        _check(actor, happened_on, basis, *codes)
        moved = 0
        for span in spans:
            moved += _move_contents(span.region_id, happened_on, target)
            _close(span, happened_on)
            _succeed("merge", happened_on, basis, span.region_id, target, Fraction(1))
        facts = {"sources": list(sources), "names": [s.name for s in spans], "organisations": moved}
        _record(actor, "merge_regions", target, reason, basis, facts)


def split_region(
    *,
    actor: Actor,
    source: str,
    shares: Mapping[str, Fraction],
    placements: Mapping[int, str],
    happened_on: date,
    basis: Basis,
    reason: str = "",
) -> None:
    """A region is divided. ``shares`` divide its own figures; ``placements`` say where each organisation in it goes.

    When the source is among the shares it goes on and keeps every organisation that is not placed elsewhere;
    otherwise it ends and every organisation and lower region must have been placed (ORG-006).
    """
    with transaction.atomic():
        if len(shares) < 2:
            raise errors.TOO_FEW.refuse(what="分立后的地区", least=2, where=Where(column="targets", title="分立后地区"))
        check_shares(shares.values())
        _lock_rows([source, *shares])
        (span,) = _lock_present([source], happened_on)
        _lock_present([c for c in sorted(shares) if c != source], happened_on, may_begin_that_day=True)
        _check(actor, happened_on, basis, source, *shares)
        for org_span in _organisations_in(source):
            to = placements.get(org_span.organisation_id)
            if to is not None and to != source:
                if to not in shares:
                    raise errors.REGION_UNKNOWN.refuse(code=to)
                _move_one(org_span, happened_on, to)
        if source in shares:
            _next(span, happened_on)
        else:
            _refuse_contents(span, happened_on)
            _close(span, happened_on)
        for code in sorted(shares):
            _succeed("split", happened_on, basis, source, code, shares[code])
        facts = {"shares": {c: str(s) for c, s in sorted(shares.items())}, "placed": len(placements)}
        _record(actor, "split_region", source, reason, basis, facts)


def end_region(*, actor: Actor, code: str, happened_on: date, basis: Basis, reason: str = "") -> None:
    """An empty region ends without a successor (ORG-006 while something lies in it)."""
    with transaction.atomic():
        (span,) = _lock_present([code], happened_on)
        _check(actor, happened_on, basis, code)
        _refuse_contents(span, happened_on)
        _close(span, happened_on)
        _succeed("end", happened_on, basis, code, None, Fraction(1))
        _record(actor, "end_region", code, reason, basis, {"name": span.name})


def _lock_rows(codes: Sequence[str]) -> None:
    """Lock the regions a change touches at once, in order of code."""
    list(Region.objects.select_for_update().filter(code__in=codes).order_by("code").values_list("code"))


def _lock_present(codes: Sequence[str], day: date, *, may_begin_that_day: bool = False) -> list[RegionSpan]:
    list(Region.objects.select_for_update().filter(code__in=codes).order_by("code"))
    open_spans = {
        s.region_id: s for s in RegionSpan.objects.select_for_update().filter(region_id__in=codes, until=None)
    }
    for code in codes:
        get_region(code)
        span = open_spans.get(code)
        if span is None:
            raise errors.ENDED.refuse(name=region_names_on([code], day).get(code, code))
        if day < span.in_force_from or (day == span.in_force_from and not may_begin_that_day):
            raise errors.DAY_TOO_EARLY.refuse(
                day=day, name=span.name, last=span.in_force_from, where=Where(column="happened_on", title="变更日期")
            )
    return [open_spans[code] for code in codes]


def _check(actor: Actor, day: date, basis: Basis, *codes: str) -> None:
    require_area(actor, *sorted(set(codes)))
    check_day(day)
    tidy_basis(basis.document)


def _fits(code: str, name: str, parent: str) -> None:
    labels = dict(REGION_LEVELS)
    level, upper = get_region(code).level, get_region(parent).level
    if not may_be_parent(level, upper):
        raise errors.REGION_LEVEL.refuse(
            name=name,
            level=labels[level],
            parent_level=labels[upper],
            where=Where(column="parent", title="上级地区", value=parent),
        )


def _next(span: RegionSpan, day: date, **changes: Any) -> RegionSpan:
    span.until = day
    span.save(update_fields=["until"])
    values: dict[str, Any] = {"name": span.name, "parent_id": span.parent_id, **changes}
    return RegionSpan.objects.create(region_id=span.region_id, in_force_from=day, **values)


def _close(span: RegionSpan, day: date) -> None:
    span.until = day
    span.save(update_fields=["until"])


def _organisations_in(code: str) -> list[OrganisationSpan]:
    return list(
        OrganisationSpan.objects.select_for_update().filter(region_id=code, until=None).order_by("organisation_id")
    )


def _move_one(span: OrganisationSpan, day: date, region: str) -> None:
    if day <= span.in_force_from:
        raise errors.DAY_TOO_EARLY.refuse(day=day, name=span.name, last=span.in_force_from)
    _next_span(span, day, region_id=region)


def _move_contents(source: str, day: date, target: str) -> int:
    """Everything directly in ``source`` goes to ``target``; returns how many organisations did."""
    for child in RegionSpan.objects.select_for_update().filter(parent_id=source, until=None).order_by("region_id"):
        _fits(child.region_id, child.name, target)
        _lock_present([child.region_id], day)
        _next(child, day, parent_id=target)
    spans = _organisations_in(source)
    list(Organisation.objects.select_for_update().filter(pk__in=[s.organisation_id for s in spans]).order_by("pk"))
    for span in spans:
        _move_one(span, day, target)
    return len(spans)


def _refuse_contents(span: RegionSpan, day: date) -> None:
    count = (
        RegionSpan.objects.filter(parent_id=span.region_id, until=None).count()
        + OrganisationSpan.objects.filter(region_id=span.region_id, until=None).count()
    )
    if count:
        raise errors.REGION_HAS_CHILDREN.refuse(name=span.name, day=day, count=count)


def _succeed(kind: str, day: date, basis: Basis, source: str, target: str | None, share: Fraction) -> None:
    Succession.objects.create(
        kind=kind,
        happened_on=day,
        source_region_id=source,
        target_region_id=target,
        share=str(share),
        document=tidy_basis(basis.document),
        clause=basis.clause.strip()[:60],
    )


def _record(actor: Actor, action: str, code: str, reason: str, basis: Basis, facts: Mapping[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=("orgs.region", code),
        region=code,
        reason=reason.strip(),
        facts={**facts, "document": basis.document.strip(), "clause": basis.clause.strip()},
    )
