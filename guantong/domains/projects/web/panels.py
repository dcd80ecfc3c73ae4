"""What declarations put on desks, their entries in the navigation, and figures of the landing page."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from guantong.base import lawbook
from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel
from guantong.domains.projects.selectors.working import own_cases, show_cases
from guantong.domains.projects.web.forms import DESKS
from guantong.kernel import clock
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.public import link_for, to_do_for
from guantong.procedure.panels.public import list_reviews

ROWS = 6


def waiting(actor: Actor) -> Panel | None:
    """Cases waiting for the actor (desks where the credit bank does not list them already)."""
    page = to_do_for(actor, size=ROWS)
    if not page.rows:
        return None
    return Panel(
        "等您办理",
        tuple(
            PanelRow(
                row.case.title,
                link_for(row.case) or None,
                row.step_title,
                "bad" if row.is_overdue else "info",
                row.case.due_on,
            )
            for row in page.rows
        ),
        more_url=reverse("projects:issuer_to_do"),
        count=page.total,
    )


def reviews(actor: Actor) -> Panel | None:
    """Panel tasks of an expert."""
    found = [head for head in list_reviews(actor) if not head.is_over and head.state == "invited"]
    if not found:
        return None
    return Panel(
        "待评审的申报",
        tuple(
            PanelRow(
                f"{head.procedure}　第 {head.label} 号",
                reverse("projects:review", args=[head.seat]),
                head.word,
                head.tone,
                head.due_on,
            )
            for head in found[:ROWS]
        ),
        more_url=reverse("projects:expert_reviews") if "expert" in actor.desks() else None,
        count=len(found),
    )


def declared(actor: Actor) -> Panel | None:
    """Declarations of the actor's person or organisations that are under way."""
    running = own_cases(actor).filter(state__in=RUNNING)
    rows = show_cases(running[:ROWS])
    if not rows:
        return None
    return Panel(
        "正在办理的申报",
        tuple(PanelRow(row.title, row.url, row.place, row.tone, row.due_on) for row in rows),
        count=running.count(),
        is_to_do=False,
    )


def count_procedures() -> int:
    """Procedures in force in the region served."""
    return len(lawbook.current_policy().procedures(settings.REGION, clock.today()))


def register_panels() -> None:
    """Called once from ``ProjectsConfig.ready``."""
    register_panel("issuer", 10, waiting)
    register_panel("expert", 10, reviews)
    for desk in ("learner", "school", "bureau", "issuer"):
        register_panel(desk, 12, reviews)
    for desk in ("learner", "school", "issuer"):
        register_panel(desk, 40, declared)
    for desk in DESKS:
        register_link(desk, 8, "办事大厅", f"projects:{desk}_hall")
    for desk in ("school", "issuer", "learner"):
        register_link(desk, 9, "我的申报", f"projects:{desk}_mine")
    for desk in ("school", "issuer", "bureau"):
        register_link(desk, 11, "待办清单", f"projects:{desk}_to_do")
        register_link(desk, 70, "代理安排", f"projects:{desk}_delegation")
    for desk in ("school", "issuer", "bureau", "learner"):
        register_link(desk, 65, "期限日历", f"projects:{desk}_calendar")
    register_link("school", 12, "成批办理", "projects:school_many")
    register_link("bureau", 12, "成批办理", "projects:bureau_many")
    register_link("expert", 10, "评审任务", "projects:expert_reviews")
    register_link("bureau", 50, "批次管理", "projects:bureau_rounds", "procedures.rounds")
    register_link("bureau", 52, "评审专家库", "projects:bureau_pools", "procedures.panels")
    register_link("bureau", 54, "申报统计", "projects:bureau_statistics", "projects.supervise")
    register_link("bureau", 56, "修改事项", "projects:bureau_tighten", "projects.supervise")
    register_figure(50, "可以办理的事项", "项", count_procedures, "/procedures/")
