"""What happens to organisations: rename, move, upgrade, merge, split, end. Each closes a span and opens the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs import errors
from guantong.base.orgs.actions.checks import (
    KIND_LABELS,
    check_authority,
    check_day,
    check_kind,
    get_region,
    require_area,
    tidy_basis,
    tidy_name,
    tidy_school_code,
)
from guantong.base.orgs.endings import tell_of_ending
from guantong.base.orgs.models import Organisation, OrganisationSpan, Succession
from guantong.base.orgs.rules import check_shares, is_upgrade
from guantong.base.orgs.selectors import in_force_on
from guantong.kernel.refusal import Where


@dataclass(frozen=True, slots=True)
class Basis:
    """The document that ordered a change (title and number) and its clause."""

    document: str
    clause: str = ""


def rename_organisation(
    *, actor: Actor, organisation_id: int, name: str, happened_on: date, basis: Basis, reason: str = ""
) -> OrganisationSpan:
    """Give an organisation a new name from a day on. Refuses ORG-015, 018, 021…025; mandate as for registering."""
    with transaction.atomic():
        name = tidy_name(name)
        (organisation,), (span,) = _lock_present([organisation_id], happened_on)
        _check(actor, happened_on, basis, span.region_id)
        if name == span.name:
            raise errors.NOTHING_CHANGES.refuse(where=Where(column="name", title="名称", value=name))
        new = _next_span(span, happened_on, name=name)
        _succeed("rename", happened_on, basis, organisation, organisation, Fraction(1))
        _record(actor, "rename_organisation", organisation, new, reason, basis, {"from": span.name, "to": name})
    return new


def move_organisation(
    *,
    actor: Actor,
    organisation_id: int,
    happened_on: date,
    basis: Basis,
    region: str | None = None,
    authority_id: int | None = None,
    reason: str = "",
) -> OrganisationSpan:
    """Place an organisation in another region or under another authority (划转) from a day on.

    The actor needs a mandate over both regions. Refuses ORG-003, 017, 018, 020…025.
    """
    with transaction.atomic():
        (organisation,), (span,) = _lock_present([organisation_id], happened_on)
        to_region = region or span.region_id
        to_authority = authority_id if authority_id is not None else span.authority_id
        get_region(to_region)
        _check(actor, happened_on, basis, span.region_id, to_region)
        check_authority(authority_id)
        if (to_region, to_authority) == (span.region_id, span.authority_id):
            raise errors.NOTHING_CHANGES.refuse(where=Where(column="region", title="地区", value=to_region))
        new = _next_span(span, happened_on, region_id=to_region, authority_id=to_authority)
        _succeed("move", happened_on, basis, organisation, organisation, Fraction(1))
        facts = {
            "region": [span.region_id, to_region],
            "authority": [span.authority_id, to_authority],
        }
        _record(actor, "move_organisation", organisation, new, reason, basis, facts)
    return new


def upgrade_organisation(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str,
    name: str,
    happened_on: date,
    basis: Basis,
    school_code: str | None = None,
    reason: str = "",
) -> OrganisationSpan:
    """A school becomes one of a higher kind (升格), with its new name and, if it got one, its new school code.

    It stays the same organisation: its accounts, rules and certificates stay valid. The former code still finds it.
    Refuses ORG-011, 013…016, 018, 021…024, 029.
    """
    with transaction.atomic():
        name = tidy_name(name)
        check_kind(kind)
        (organisation,), (span,) = _lock_present([organisation_id], happened_on)
        _check(actor, happened_on, basis, span.region_id)
        if not is_upgrade(span.kind, kind):
            raise errors.UPGRADE_KIND.refuse(
                old=KIND_LABELS[span.kind], new=KIND_LABELS[kind], where=Where(column="kind", title="类别")
            )
        code = tidy_school_code(school_code, kind, besides=organisation.pk) or organisation.school_code
        facts = {"kind": [span.kind, kind], "name": [span.name, name], "school_code": [span.school_code, code]}
        new = _next_span(span, happened_on, name=name, kind=kind, school_code=code or "")
        organisation.kind = kind
        organisation.school_code = code
        organisation.save(update_fields=["kind", "school_code"])
        _succeed("upgrade", happened_on, basis, organisation, organisation, Fraction(1))
        _record(actor, "upgrade_organisation", organisation, new, reason, basis, facts)
    return new


def merge_organisations(
    *,
    actor: Actor,
    source_ids: Sequence[int],
    target_id: int,
    happened_on: date,
    basis: Basis,
    reason: str = "",
) -> Organisation:
    """Several organisations end and become part of one that exists on that day (register a new one first).

    What others hold at the ended ones (posts, keys) ends with them. Refuses ORG-018, 020…024, 026, 030,
    032 (an authority that still leads others).
    """
    with transaction.atomic():
        if not source_ids:
            raise errors.TOO_FEW.refuse(what="被合并的机构", least=1, where=Where(column="sources", title="被合并机构"))
        _refuse_repeats([*source_ids, target_id])
        _lock_rows([*source_ids, target_id])
        organisations, spans = _lock_present([*source_ids], happened_on)
        (target,), (target_span,) = _lock_present([target_id], happened_on, may_begin_that_day=True)
        _check(actor, happened_on, basis, *(s.region_id for s in spans), target_span.region_id)
        for organisation, span in zip(organisations, spans, strict=True):
            _close(actor, organisation, span, happened_on, reason)
            _succeed("merge", happened_on, basis, organisation, target, Fraction(1))
        facts = {"sources": [o.public_id for o in organisations], "names": [s.name for s in spans]}
        _record(actor, "merge_organisations", target, target_span, reason, basis, facts)
    return target


def split_organisation(
    *,
    actor: Actor,
    source_id: int,
    shares: Mapping[int, Fraction],
    happened_on: date,
    basis: Basis,
    reason: str = "",
) -> None:
    """An organisation is divided among others; ``shares`` (by id, adding up to one) say how its figures divide.

    When the source itself is among the shares it goes on (part of it split off); otherwise it ends.
    Refuses ORG-018, 020…024, 026…028, 030, 032.
    """
    with transaction.atomic():
        if len(shares) < 2:
            raise errors.TOO_FEW.refuse(what="分立后的机构", least=2, where=Where(column="targets", title="分立后机构"))
        for share in shares.values():
            if not 0 < share <= 1:
                raise errors.SHARE_FORM.refuse(share=str(share))
        check_shares(shares.values())
        _lock_rows([source_id, *shares])
        (source,), (span,) = _lock_present([source_id], happened_on)
        others = [pk for pk in sorted(shares) if pk != source_id]
        targets, target_spans = _lock_present(others, happened_on, may_begin_that_day=True)
        _check(actor, happened_on, basis, span.region_id, *(s.region_id for s in target_spans))
        by_id = {o.pk: o for o in [source, *targets]}
        if source_id in shares:
            _next_span(span, happened_on)
        else:
            _close(actor, source, span, happened_on, reason)
        for pk in sorted(shares):
            _succeed("split", happened_on, basis, source, by_id[pk], shares[pk])
        facts = {"shares": {by_id[pk].public_id: str(share) for pk, share in sorted(shares.items())}}
        _record(actor, "split_organisation", source, span, reason, basis, facts)


def end_organisation(
    *, actor: Actor, organisation_id: int, happened_on: date, basis: Basis, reason: str = ""
) -> Organisation:
    """An organisation ends without a successor. Refuses ORG-018, 020…024, 032. Its past stays."""
    with transaction.atomic():
        (organisation,), (span,) = _lock_present([organisation_id], happened_on)
        _check(actor, happened_on, basis, span.region_id)
        _close(actor, organisation, span, happened_on, reason)
        _succeed("end", happened_on, basis, organisation, None, Fraction(1))
        _record(actor, "end_organisation", organisation, span, reason, basis, {"name": span.name})
    return organisation


def _lock_rows(ids: Sequence[int]) -> None:
    """Lock everything a change touches at once, in order of id: two changes at once wait, they never deadlock."""
    list(Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _lock_present(
    ids: Sequence[int], day: date, *, may_begin_that_day: bool = False
) -> tuple[list[Organisation], list[OrganisationSpan]]:
    """The organisations, locked in order of id, and their open spans; given back in the order of ``ids``."""
    locked = {o.pk: o for o in Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    spans = {
        s.organisation_id: s
        for s in OrganisationSpan.objects.select_for_update()
        .filter(organisation_id__in=ids, until=None)
        .order_by("organisation_id")
    }
    for pk in ids:
        if pk not in locked:
            raise errors.ORGANISATION_UNKNOWN.refuse()
        span = spans.get(pk)
        if span is None or locked[pk].state != "active":
            last = OrganisationSpan.objects.filter(organisation_id=pk).order_by("-in_force_from").first()
            raise errors.ENDED.refuse(name=last.name if last else "")
        if day < span.in_force_from or (day == span.in_force_from and not may_begin_that_day):
            raise errors.DAY_TOO_EARLY.refuse(
                day=day, name=span.name, last=span.in_force_from, where=Where(column="happened_on", title="变更日期")
            )
    return [locked[pk] for pk in ids], [spans[pk] for pk in ids]


def _check(actor: Actor, day: date, basis: Basis, *regions: str) -> None:
    require_area(actor, *sorted(set(regions)))
    check_day(day)
    tidy_basis(basis.document)


def _refuse_repeats(ids: Sequence[int]) -> None:
    seen: set[int] = set()
    for pk in ids:
        if pk in seen:
            span = OrganisationSpan.objects.filter(organisation_id=pk).order_by("-in_force_from").first()
            raise errors.SAME_TWICE.refuse(name=span.name if span else str(pk))
        seen.add(pk)


def _next_span(span: OrganisationSpan, day: date, **changes: Any) -> OrganisationSpan:
    """End ``span`` on ``day`` and begin one that differs by ``changes``."""
    span.until = day
    span.save(update_fields=["until"])
    values: dict[str, Any] = {
        "name": span.name,
        "kind": span.kind,
        "school_code": span.school_code,
        "region_id": span.region_id,
        "authority_id": span.authority_id,
        **changes,
    }
    return OrganisationSpan.objects.create(organisation_id=span.organisation_id, in_force_from=day, **values)


def _close(actor: Actor, organisation: Organisation, span: OrganisationSpan, day: date, reason: str) -> None:
    """The organisation ends on ``day``; an authority must not leave others without one (ORG-032)."""
    led = OrganisationSpan.objects.filter(in_force_on(day), authority_id=organisation.pk).exclude(
        organisation_id=organisation.pk
    )
    count = led.count()
    if count:
        raise errors.AUTHORITY_BUSY.refuse(name=span.name, count=count)
    span.until = day
    span.save(update_fields=["until"])
    organisation.state = "ended"
    organisation.save(update_fields=["state"])
    tell_of_ending(actor, organisation.pk, day, reason.strip() or f"{span.name}已终止")


def _succeed(
    kind: str, day: date, basis: Basis, source: Organisation, target: Organisation | None, share: Fraction
) -> None:
    Succession.objects.create(
        kind=kind,
        happened_on=day,
        source=source,
        target=target,
        share=str(share),
        document=tidy_basis(basis.document),
        clause=basis.clause.strip()[:60],
    )


def _record(
    actor: Actor,
    action: str,
    organisation: Organisation,
    span: OrganisationSpan,
    reason: str,
    basis: Basis,
    facts: Mapping[str, Any],
) -> None:
    record(
        actor=actor,
        action=action,
        subject=("orgs.organisation", organisation.public_id),
        organisation_id=organisation.pk,
        region=span.region_id,
        reason=reason.strip(),
        facts={**facts, "document": basis.document.strip(), "clause": basis.clause.strip()},
    )
