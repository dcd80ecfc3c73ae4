"""审计记录: read by operators and by the bureau for its area, narrowed, downloaded."""

from __future__ import annotations

import csv
import io

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guantong.base.accounts.actor import Actor
from guantong.base.audit.models import AuditLine
from guantong.base.audit.selectors import LineFilter, access_lines_for, list_actions
from guantong.base.audit.words import words_for
from guantong.base.orgs.models import OrganisationSpan
from guantong.base.orgs.public import names_on, region_on, region_tree
from guantong.base.orgs.selectors import in_force_on
from guantong.base.webkit.pages import actor_of, download, render, signed_in
from guantong.base.webkit.shows import show_moment
from guantong.kernel import clock
from guantong.site.registry import errors
from guantong.site.registry.forms import day_in, optional_organisation, page_number, typed

MOST_LINES = 20_000
"""Lines a download holds at most."""
_FIELDS = ("actor", "action", "subject", "organisation", "first_day", "last_day")


def area_of(actor: Actor) -> frozenset[int]:
    """Ids of the organisations in the regions of the authorities where the actor may read the record."""
    today = clock.today()
    tree = region_tree(today)
    codes: set[str] = set()
    for authority in actor.organisations("audit.read"):
        codes |= tree.below(region_on(authority, today))
    return frozenset(
        OrganisationSpan.objects.filter(in_force_on(today), region_id__in=codes).values_list(
            "organisation_id", flat=True
        )
    )


def _lines(request: HttpRequest, form: dict[str, str]) -> QuerySet[AuditLine]:
    actor = actor_of(request)
    wanted = LineFilter(
        actor=form["actor"],
        action=form["action"],
        subject=form["subject"],
        organisation_id=optional_organisation(form["organisation"], "organisation", "机构"),
        first_day=day_in(form["first_day"], "first_day", "自") if form["first_day"].strip() else None,
        last_day=day_in(form["last_day"], "last_day", "至") if form["last_day"].strip() else None,
    )
    area = None if actor.is_operator else area_of(actor)
    return access_lines_for(actor, wanted, area=area)


@never_cache
@require_safe
@signed_in
def audit(request: HttpRequest) -> HttpResponseBase:
    """The record, newest first."""
    form = typed(request.GET, *_FIELDS)
    page = Paginator(_lines(request, form), 50).get_page(page_number(request))
    ids = {line.organisation_id for line in page.object_list if line.organisation_id is not None}
    return render(
        request,
        "registry/audit.html",
        fragment="results",
        typed=form,
        page=page,
        names=names_on(ids, clock.today()),
        words_for=words_for,
        actions=sorted(((a, words_for(a)) for a in list_actions()), key=lambda pair: pair[1]),
    )


@never_cache
@require_safe
@signed_in
def audit_csv(request: HttpRequest) -> HttpResponseBase:
    """The same lines as a table; cells never begin with a formula sign."""
    lines = _lines(request, typed(request.GET, *_FIELDS))
    count = lines.count()
    if count > MOST_LINES:
        raise errors.EXPORT_TOO_LONG.refuse(count=count, most=MOST_LINES)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["编号", "时间", "经办", "动作", "对象类型", "对象", "机构", "地区", "理由", "依据版本"])
    ids = lines.order_by().values_list("organisation_id", flat=True).distinct()
    names = names_on((pk for pk in ids if pk is not None), clock.today())
    for line in lines.iterator(chunk_size=2000):
        table.writerow(
            _plain(cell)
            for cell in (
                line.pk,
                show_moment(line.at),
                line.actor_label,
                words_for(line.action),
                line.subject_kind,
                line.subject_id,
                names.get(line.organisation_id or 0, ""),
                line.region,
                line.reason,
                line.law_version,
            )
        )
    return download(("\ufeff" + out.getvalue()).encode(), "审计记录.csv", "text/csv; charset=utf-8")


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
