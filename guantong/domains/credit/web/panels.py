"""What the credit bank puts on each desk's home page, and its entries in the navigation."""

from __future__ import annotations

from django.urls import reverse

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.desks import Panel, PanelRow, register_figure, register_link, register_panel
from guantong.domains.credit.kinds import ACHIEVEMENT_STATES, APPLICATION_STATES
from guantong.domains.credit.models import Certificate, ConversionApplication, CreditAccount, LedgerEntry
from guantong.domains.credit.selectors.access import find_account_of
from guantong.domains.credit.selectors.lists import count_own_deposits
from guantong.domains.credit.selectors.shown import TONES
from guantong.kernel.credits import show_credits
from guantong.procedure.cases.public import link_for, to_do_for

ROWS = 8


def to_do(actor: Actor) -> Panel | None:
    """Cases waiting for this person."""
    page = to_do_for(actor, size=ROWS)
    return Panel(
        "等您办理",
        tuple(
            PanelRow(
                row.case.title,
                link_for(row.case) or reverse("credit:case", args=[row.case.public_id]),
                row.step_title,
                "warn" if row.is_overdue else "info",
                row.case.due_on,
            )
            for row in page.rows
        ),
        count=page.total,
    )


def own_account(actor: Actor) -> Panel | None:
    """The learner's balances."""
    account = find_account_of(actor.person_id) if actor.person_id is not None else None
    if account is None:
        return Panel(
            "学分账户", (), reverse("credit:claim"), "您还没有学分账户；存入或申报第一项成果时开立。", is_to_do=False
        )
    return Panel(
        "学分账户",
        (
            PanelRow(
                f"可使用 {show_credits(account.recognised)} 学分，已转换 {show_credits(account.converted)} 学分",
                reverse("credit:account"),
            ),
            PanelRow("看看这些成果能算什么", reverse("credit:counts"), "试算", "info"),
        ),
        reverse("credit:account"),
        is_to_do=False,
        count=2,
    )


def own_applications(actor: Actor) -> Panel | None:
    """The learner's latest applications."""
    account = find_account_of(actor.person_id) if actor.person_id is not None else None
    if account is None:
        return None
    rows = ConversionApplication.objects.filter(account=account).order_by("-applied_at")[:5]
    return Panel(
        "转换申请",
        tuple(
            PanelRow(
                f"申请 {r.public_id}",
                reverse("credit:application", args=[r.public_id]),
                APPLICATION_STATES[r.state],
                TONES[r.state],
            )
            for r in rows
        ),
        reverse("credit:applications"),
        "还没有提交过申请。",
        is_to_do=False,
    )


def own_deposits(actor: Actor) -> Panel | None:
    """What the institution has deposited, by what became of it."""
    if not actor.may("credit.deposit"):
        return None
    counts = count_own_deposits(actor)
    shown = reverse("credit:issuer_deposited")
    return Panel(
        "存入的成果",
        tuple(
            PanelRow(f"{label}：{counts[state]:,} 项", tone=TONES[state])
            for state, label in ACHIEVEMENT_STATES.items()
            if counts.get(state)
        ),
        shown,
        "本单位还没有存入过成果，请从“存入成果”下载表格。",
        count=sum(counts.values()),
        is_to_do=False,
    )


def register_panels() -> None:
    """Called once from ``CreditConfig.ready``."""
    for desk in ("learner", "school", "bureau"):
        register_panel(desk, 10, to_do)
    register_panel("learner", 20, own_account)
    register_panel("issuer", 20, own_deposits)
    register_panel("learner", 30, own_applications)
    register_link("learner", 10, "学分账户", "credit:account")
    register_link("learner", 20, "能算什么", "credit:counts")
    register_link("learner", 30, "转换申请", "credit:applications")
    register_link("learner", 40, "完成情况", "credit:completion")
    register_link("learner", 50, "证书与对账单", "credit:certificates")
    register_link("learner", 60, "申报成果", "credit:claim")
    register_link("school", 10, "等您办理", "credit:school_to_do")
    register_link("school", 20, "存入成果", "credit:school_deposits", "credit.deposit")
    register_link("school", 30, "学生与账户", "credit:school_learners", "credit.account.read")
    register_link("school", 40, "转换申请", "credit:school_applications", "credit.account.read")
    register_link("school", 50, "转换规则", "credit:school_rules", "credit.rules.draft")
    register_link("school", 60, "转换情况", "credit:school_figures", "credit.report")
    register_link("bureau", 10, "等您办理", "credit:bureau_to_do")
    register_link("bureau", 20, "各校转换规则", "credit:bureau_rules", "credit.rules.review")
    register_link("bureau", 30, "转换情况", "credit:bureau_figures", "credit.report")
    register_link("issuer", 10, "存入成果", "credit:issuer_deposits", "credit.deposit")
    register_link("issuer", 20, "已存入的成果", "credit:issuer_deposited", "credit.deposit")
    register_figure(30, "学分账户", "个", CreditAccount.objects.count)
    register_figure(40, "账本分录", "条", LedgerEntry.objects.count)
    register_figure(50, "证书与对账单", "份", Certificate.objects.count)
