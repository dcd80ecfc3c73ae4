"""What a bureau does to organisations and regions: one form a change, each ending in one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.orgs import actions
from guantong.base.orgs.actions import Basis
from guantong.base.orgs.models import KINDS, REGION_LEVELS, Organisation
from guantong.base.orgs.public import region_tree
from guantong.base.orgs.selectors import get_organisation, span_on
from guantong.base.webkit.pages import actor_of, go, render, signed_in
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.site.registry import errors
from guantong.site.registry.forms import (
    day_in,
    lines_in,
    optional_organisation,
    organisation_named,
    organisations_in,
    shares_in,
    typed,
)
from guantong.site.registry.organisations import region_options

Form = dict[str, str]
_EVERY = ("happened_on", "document", "clause", "reason")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an organisation: its words, fields beyond those of every change, and what carries it out."""

    title: str
    lead: str
    fields: tuple[str, ...]
    carry_out: Callable[[Actor, Organisation, Form], object]


def _common(form: Form) -> dict[str, Any]:
    return {
        "happened_on": day_in(form["happened_on"], "happened_on", "变更日期"),
        "basis": Basis(form["document"], form["clause"]),
        "reason": form["reason"],
    }


def _rename(actor: Actor, organisation: Organisation, form: Form) -> None:
    actions.rename_organisation(actor=actor, organisation_id=organisation.pk, name=form["name"], **_common(form))


def _move(actor: Actor, organisation: Organisation, form: Form) -> None:
    actions.move_organisation(
        actor=actor,
        organisation_id=organisation.pk,
        region=form["region"] or None,
        authority_id=optional_organisation(form["authority"], "authority", "主管部门"),
        **_common(form),
    )


def _upgrade(actor: Actor, organisation: Organisation, form: Form) -> None:
    actions.upgrade_organisation(
        actor=actor,
        organisation_id=organisation.pk,
        kind=form["kind"],
        name=form["name"],
        school_code=form["school_code"] or None,
        **_common(form),
    )


def _merge(actor: Actor, organisation: Organisation, form: Form) -> None:
    actions.merge_organisations(
        actor=actor,
        source_ids=organisations_in(form["sources"], "sources", "被合并机构"),
        target_id=organisation.pk,
        **_common(form),
    )


def _split(actor: Actor, organisation: Organisation, form: Form) -> None:
    shares = {
        organisation_named(name, "targets", "分立后机构"): share
        for name, share in shares_in(form["targets"], "targets", "分立后机构")
    }
    actions.split_organisation(actor=actor, source_id=organisation.pk, shares=shares, **_common(form))


def _end(actor: Actor, organisation: Organisation, form: Form) -> None:
    actions.end_organisation(actor=actor, organisation_id=organisation.pk, **_common(form))


CHANGES: dict[str, Change] = {
    "rename": Change("更名", "登记新的名称。以前的名称留在沿革里。", ("name",), _rename),
    "move": Change("划转", "改变所在地区或主管部门；不变的一项留空。", ("region", "authority"), _move),
    "upgrade": Change(
        "升格",
        "学校升为更高类别。它仍是同一所学校，账户、规则和证书继续有效。",
        ("kind", "name", "school_code"),
        _upgrade,
    ),
    "merge": Change(
        "并入其他机构", "把其他机构并入本机构。被合并的机构终止，岗位和接口密钥随之撤销。", ("sources",), _merge
    ),
    "split": Change(
        "分立",
        "把本机构分成几个。新机构请先登记；份额用于往年数字的归集，相加应当正好是 1。本机构写在里面，就继续存在。",
        ("targets",),
        _split,
    ),
    "end": Change("终止", "没有承接机构的终止。以前的记录都保留。", (), _end),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_organisation(request: HttpRequest) -> HttpResponseBase:
    """登记机构."""
    actor, refusal = actor_of(request), None
    require(actor, "orgs.manage")
    form = typed(
        request.POST, "kind", "name", "region", "authority", "credit_code", "school_code", "in_force_from", "reason"
    )
    if request.method == "POST":
        try:
            made = actions.register_organisation(
                actor=actor,
                kind=form["kind"],
                name=form["name"],
                region=form["region"],
                authority_id=optional_organisation(form["authority"], "authority", "主管部门"),
                credit_code=form["credit_code"],
                school_code=form["school_code"],
                in_force_from=day_in(form["in_force_from"], "in_force_from", "设立日期"),
                reason=form["reason"],
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已登记“{form['name'].strip()}”。")
            return go(request, "registry:organisation", made.public_id)
    return render(
        request,
        "registry/register_organisation.html",
        typed=form,
        refusal=refusal,
        kinds=KINDS,
        regions=region_options(region_tree(clock.today())),
        status=refusal.status if refusal else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_organisation(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """更名、划转、升格、合并、分立、终止."""
    actor, refusal = actor_of(request), None
    require(actor, "orgs.manage")
    change = CHANGES.get(kind)
    if change is None:
        raise errors.CHANGE_UNKNOWN.refuse()
    organisation = get_organisation(public_id)
    form = typed(request.POST, *_EVERY, *change.fields)
    if request.method == "POST":
        try:
            change.carry_out(actor, organisation, form)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已登记：{change.title}。")
            return go(request, "registry:organisation", public_id)
    now = span_on(organisation.pk, clock.today())
    return render(
        request,
        "registry/change.html",
        change=change,
        kind=kind,
        subject_name=now.name,
        now=now,
        back=("registry:organisation", public_id),
        typed=form,
        refusal=refusal,
        kinds=[k for k in KINDS if k[0].endswith("school")],
        regions=region_options(region_tree(clock.today())),
        is_final=kind in {"end", "merge", "split"},
        status=refusal.status if refusal else 200,
    )


@dataclass(frozen=True, slots=True)
class RegionChange:
    """A change of a region."""

    title: str
    lead: str
    fields: tuple[str, ...]
    carry_out: Callable[[Actor, str, Form], object]


def _rename_region(actor: Actor, code: str, form: Form) -> None:
    actions.rename_region(actor=actor, code=code, name=form["name"], **_common(form))


def _move_region(actor: Actor, code: str, form: Form) -> None:
    actions.move_region(actor=actor, code=code, parent=form["region"], **_common(form))


def _merge_region(actor: Actor, code: str, form: Form) -> None:
    actions.merge_regions(actor=actor, sources=lines_in(form["region_codes"]), target=code, **_common(form))


def _split_region(actor: Actor, code: str, form: Form) -> None:
    placements: dict[int, str] = {}
    for line in lines_in(form["placements"]):
        name, _, to = line.replace("\u3000", " ").rpartition(" ")
        placements[organisation_named(name, "placements", "机构去向")] = to
    shares = dict(shares_in(form["region_shares"], "region_shares", "分立后地区"))
    actions.split_region(actor=actor, source=code, shares=shares, placements=placements, **_common(form))


def _end_region(actor: Actor, code: str, form: Form) -> None:
    actions.end_region(actor=actor, code=code, **_common(form))


REGION_CHANGES: dict[str, RegionChange] = {
    "rename": RegionChange(
        "更名", "登记新的名称，代码不变。换了代码的，请先登记新地区，再合并过去。", ("name",), _rename_region
    ),
    "move": RegionChange("划转", "划归另一个上级地区；里面的机构一起过去。", ("region",), _move_region),
    "merge": RegionChange(
        "并入其他地区", "把其他地区并入本地区，里面的机构和下级地区当天转过来。", ("region_codes",), _merge_region
    ),
    "split": RegionChange(
        "分立",
        "把本地区分成几个。新地区请先登记；份额用于往年数字的归集，相加应当正好是 1。",
        ("region_shares", "placements"),
        _split_region,
    ),
    "end": RegionChange("终止", "没有机构、没有下级地区的，才能终止。", (), _end_region),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_region(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """地区的更名、划转、合并、分立、终止."""
    actor, refusal = actor_of(request), None
    require(actor, "orgs.manage")
    change = REGION_CHANGES.get(kind)
    tree = region_tree(clock.today())
    if change is None or code not in tree.names:
        raise errors.CHANGE_UNKNOWN.refuse()
    form = typed(request.POST, *_EVERY, *change.fields)
    if request.method == "POST":
        try:
            change.carry_out(actor, code, form)
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已登记：{tree.names[code]} {change.title}。")
            return go(request, "registry:regions")
    return render(
        request,
        "registry/change.html",
        change=change,
        kind=kind,
        subject_name=tree.names[code],
        now=None,
        back=("registry:regions", None),
        typed=form,
        refusal=refusal,
        kinds=[],
        regions=region_options(tree),
        is_final=kind in {"end", "merge", "split"},
        status=refusal.status if refusal else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register_region(request: HttpRequest) -> HttpResponseBase:
    """登记地区."""
    actor, refusal = actor_of(request), None
    require(actor, "orgs.manage")
    form = typed(request.POST, "code", "name", "level", "parent", "in_force_from", "reason")
    if request.method == "POST":
        try:
            actions.register_region(
                actor=actor,
                code=form["code"].strip(),
                name=form["name"],
                level=form["level"],
                parent=form["parent"] or None,
                in_force_from=day_in(form["in_force_from"], "in_force_from", "设立日期"),
                reason=form["reason"],
            )
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"已登记“{form['name'].strip()}”。")
            return go(request, "registry:regions")
    return render(
        request,
        "registry/register_region.html",
        typed=form,
        refusal=refusal,
        levels=REGION_LEVELS[1:],
        regions=region_options(region_tree(clock.today())),
        status=refusal.status if refusal else 200,
    )
