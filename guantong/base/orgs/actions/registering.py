"""Regions and organisations enter the register."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.orgs import errors
from guantong.base.orgs.actions.checks import (
    REGION_NAME_MOST,
    check_authority,
    check_branch,
    check_kind,
    get_region,
    require_area,
    tidy_credit_code,
    tidy_name,
    tidy_school_code,
)
from guantong.base.orgs.models import REGION_LEVELS, Organisation, OrganisationSpan, Region, RegionSpan
from guantong.base.orgs.rules import may_be_parent
from guantong.base.orgs.selectors import region_names_on
from guantong.kernel import clock
from guantong.kernel.refusal import Where
from guantong.kernel.tokens import public_id


def register_region(
    *,
    actor: Actor,
    code: str,
    name: str,
    level: str,
    parent: str | None,
    in_force_from: date,
    reason: str = "",
) -> Region:
    """Enter a division by its GB/T 2260 code. Entering it again with the same name and parent is harmless.

    Needs ``orgs.manage`` over the parent region. Refuses ORG-001 (form of the code), ORG-002 (taken), ORG-003 (parent
    unknown), ORG-004 and ORG-005 (level and parent do not fit), ORG-015 (name), ORG-020 (outside the area).
    """
    with transaction.atomic():
        if parent is not None:
            require_area(actor, parent)
        else:
            require_area(actor)
        name = tidy_name(name, REGION_NAME_MOST)
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise errors.REGION_CODE_FORM.refuse(
                code=code[:10], where=Where(column="code", title="代码", value=code[:10])
            )
        labels = dict(REGION_LEVELS)
        if level not in labels:
            raise errors.REGION_LEVEL.refuse(name=name, level=level[:12], parent_level="")
        if parent is None and level != "nation":
            raise errors.REGION_PARENT.refuse(name=name, where=Where(column="parent", title="上级地区"))
        if parent is not None:
            upper = get_region(parent)
            if not may_be_parent(level, upper.level):
                raise errors.REGION_LEVEL.refuse(
                    name=name,
                    level=labels[level],
                    parent_level=labels[upper.level],
                    where=Where(column="parent", title="上级地区", value=parent),
                )
        known = Region.objects.filter(code=code).first()
        if known is not None:
            last = RegionSpan.objects.filter(region=known).order_by("-in_force_from").first()
            if last is not None and (last.name, last.parent_id, known.level) == (name, parent, level):
                return known
            known_name = region_names_on([code], clock.today()).get(code, code)
            raise errors.REGION_TAKEN.refuse(code=code, name=known_name, where=Where(column="code", title="代码"))
        region = Region.objects.create(code=code, level=level)
        RegionSpan.objects.create(region=region, name=name, parent_id=parent, in_force_from=in_force_from)
        record(
            actor=actor,
            action="register_region",
            subject=("orgs.region", code),
            region=code,
            reason=reason,
            facts={"name": name, "level": level, "parent": parent, "from": in_force_from.isoformat()},
        )
    return region


def register_organisation(
    *,
    actor: Actor,
    kind: str,
    name: str,
    region: str,
    in_force_from: date,
    authority_id: int | None = None,
    credit_code: str | None = None,
    school_code: str | None = None,
    branch: str = "",
    reason: str = "",
) -> Organisation:
    """Enter an organisation. Needs ``orgs.manage`` over its region. ``branch`` is the line of an authority.

    Refuses ORG-003 (region), ORG-010 and ORG-012 (credit code wrong or taken), ORG-011, ORG-013 and ORG-014 (school
    code), ORG-015 (name), ORG-016 (kind), ORG-017 (authority), ORG-020 (outside the area).
    """
    with transaction.atomic():
        get_region(region)
        require_area(actor, region)
        name = tidy_name(name)
        check_kind(kind)
        check_authority(authority_id)
        organisation = Organisation.objects.create(
            public_id=public_id(12),
            kind=kind,
            branch=check_branch(branch, kind),
            credit_code=tidy_credit_code(credit_code),
            school_code=tidy_school_code(school_code, kind),
            created_at=clock.now(),
        )
        OrganisationSpan.objects.create(
            organisation=organisation,
            name=name,
            kind=kind,
            school_code=organisation.school_code or "",
            region_id=region,
            authority_id=authority_id,
            in_force_from=in_force_from,
        )
        record(
            actor=actor,
            action="register_organisation",
            subject=("orgs.organisation", organisation.public_id),
            organisation_id=organisation.pk,
            region=region,
            reason=reason,
            facts={
                "name": name,
                "kind": kind,
                **({"branch": branch} if branch else {}),
                "credit_code": organisation.credit_code,
                "school_code": organisation.school_code,
                "authority": authority_id,
                "from": in_force_from.isoformat(),
            },
        )
    return organisation
