"""The operator's desk: how the installation is."""

from __future__ import annotations

from guantong.base.accounts.actor import Actor
from guantong.base.sheets.models import TimedRun
from guantong.base.webkit.desks import Panel, PanelRow
from guantong.base.webkit.shows import show_moment
from guantong.site.home.state import HEARTBEAT, look

TASKS = {
    "admission.facts": "核对考生的认定事实",
    "admission.runs": "投档和重新计算",
    "cases.deadlines": "办件期限和提醒",
    "credit.audit": "账本核算和封存",
    "credit.expire": "到期的成果",
    "ledgers.remind": "任务台账的提醒",
    "people.duplicates": "疑似重复的人员",
}
"""What timed work is called on the page."""


def installation_panel(actor: Actor) -> Panel | None:
    """Database, law, worker, timed work."""
    state = look()
    seen = show_moment(state.worker_seen_at) or "还没有运行过"
    rows = [
        PanelRow("数据库", state="正常" if state.database else "没有回应", tone="good" if state.database else "bad"),
        PanelRow(
            "政策参数",
            "/law/",
            "已装载" if state.law_version else "有错，不能使用",
            "good" if state.law_version else "bad",
            detail=f"版本 {state.law_version[:12]}" if state.law_version else "请运行 guantong policy check 查看原因",
        ),
        PanelRow(
            "后台任务",
            state="运行中" if state.worker else "没有运行",
            tone="good" if state.worker else "warn",
            detail=f"最近一次：{seen}",
        ),
    ]
    for run in TimedRun.objects.exclude(name=HEARTBEAT).order_by("name"):
        done = show_moment(run.finished_at) or "还没有做完"
        outcome = f"共 {run.outcome} 项。" if run.outcome.isdigit() else run.outcome
        rows.append(PanelRow(f"定时工作：{TASKS.get(run.name, run.name)}", detail=f"{done}　{outcome}"))
    return Panel("运行情况", tuple(rows), is_to_do=False, count=0)
