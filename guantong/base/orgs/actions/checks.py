"""Checks shared by the writes: mandate over an area, codes, names, days."""

from __future__ import annotations

from datetime import date

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.gate import require
from guantong.base.orgs import errors
from guantong.base.orgs.models import BRANCHES, KINDS, SCHOOL_KINDS, Organisation, Region
from guantong.base.orgs.selectors import has_authority_over, name_on, region_names_on
from guantong.kernel import clock
from guantong.kernel.identity import is_credit_code, is_school_code
from guantong.kernel.refusal import Where

KIND_LABELS = dict(KINDS)
NAME_MOST = 80
REGION_NAME_MOST = 60


def require_area(actor: Actor, *region_codes: str) -> None:
    """ACC-… unless the actor holds ``orgs.manage``; ORG-020 for a region outside the area of the actor's authority."""
    require(actor, "orgs.manage")
    if actor.is_system or actor.is_operator:
        return
    day = clock.today()
    own = sorted(actor.organisations("orgs.manage"))
    for code in region_codes:
        if not any(has_authority_over(authority, code, day) for authority in own):
            raise errors.OUTSIDE_AREA.refuse(region=region_names_on([code], day).get(code, code))


def tidy_name(name: str, most: int = NAME_MOST) -> str:
    """The name without outer spaces, or ORG-015."""
    name = name.strip()
    if not 1 <= len(name) <= most:
        raise errors.NAME_FORM.refuse(most=most, where=Where(column="name", title="名称", value=name[:most] or None))
    return name


def tidy_basis(document: str) -> str:
    """The document a change rests on, or ORG-024."""
    document = document.strip()
    if not document:
        raise errors.BASIS_NEEDED.refuse(where=Where(column="document", title="依据文件"))
    return document[:120]


def check_day(day: date) -> None:
    """ORG-023 for a day after today: what has not happened is not entered."""
    if day > clock.today():
        raise errors.DAY_TOO_LATE.refuse(day=day, where=Where(column="happened_on", title="变更日期", value=str(day)))


def tidy_credit_code(code: str | None, *, besides: int | None = None) -> str | None:
    """The credit code in capitals; ORG-010 when its form or check character is wrong, ORG-012 when it is taken."""
    code = (code or "").strip().upper()
    if not code:
        return None
    where = Where(column="credit_code", title="统一社会信用代码", value=code[:30])
    if not is_credit_code(code):
        raise errors.CREDIT_CODE.refuse(code=code[:30], where=where)
    taken = Organisation.objects.filter(credit_code=code).exclude(pk=besides or 0).first()
    if taken is not None:
        raise errors.CREDIT_CODE_TAKEN.refuse(code=code, name=name_on(taken.pk, clock.today()), where=where)
    return code


def tidy_school_code(code: str | None, kind: str, *, besides: int | None = None) -> str | None:
    """The school code; ORG-011 (form), ORG-013 (taken), ORG-014 (not a school)."""
    code = (code or "").strip()
    if not code:
        return None
    where = Where(column="school_code", title="学校标识码", value=code[:20])
    if kind not in SCHOOL_KINDS:
        raise errors.SCHOOL_CODE_NOT_SCHOOL.refuse(kind=KIND_LABELS[kind], where=where)
    if not is_school_code(code):
        raise errors.SCHOOL_CODE.refuse(code=code[:20], where=where)
    taken = Organisation.objects.filter(school_code=code).exclude(pk=besides or 0).first()
    if taken is not None:
        raise errors.SCHOOL_CODE_TAKEN.refuse(code=code, name=name_on(taken.pk, clock.today()), where=where)
    return code


def check_kind(kind: str) -> None:
    """ORG-016 for a kind that is not in the list."""
    if kind not in KIND_LABELS:
        raise errors.KIND_UNKNOWN.refuse(kind=kind[:24], where=Where(column="kind", title="类别", value=kind[:24]))


def check_branch(branch: str, kind: str) -> str:
    """The line of an authority; ORG-034 for one that is not in the list, or at an organisation of another kind."""
    if branch and (branch not in dict(BRANCHES) or kind != "authority"):
        known = "、".join(label for _, label in BRANCHES)
        raise errors.BRANCH_UNKNOWN.refuse(
            branch=branch[:20], known=known, where=Where(column="branch", title="条线", value=branch[:20])
        )
    return branch


def check_authority(authority_id: int | None) -> None:
    """ORG-017 when the organisation named is not an authority."""
    if authority_id is None:
        return
    authority = Organisation.objects.filter(pk=authority_id).first()
    if authority is None or authority.kind != "authority":
        name = name_on(authority_id, clock.today()) if authority else str(authority_id)
        raise errors.AUTHORITY_KIND.refuse(name=name, where=Where(column="authority", title="主管部门"))


def get_region(code: str) -> Region:
    """The region, or ORG-003."""
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise errors.REGION_UNKNOWN.refuse(code=code[:10], where=Where(column="region", title="地区", value=code[:10]))
    return region
