"""Progress of this year's task list of the invented province, and one bulletin. Through actions, a second or two."""

from __future__ import annotations

from datetime import datetime, timedelta

from guantong.base.accounts.models import User
from guantong.base.accounts.public import require
from guantong.base.accounts.selectors import actor_for
from guantong.domains.ledgers.public import enter_progress, list_ledgers, publish_bulletin
from guantong.kernel import clock

LEDGER = "work-2026"
SAID = (
    ("1", "done", 100, "61 所学校逐校核对完毕，18 所列入整改。", "东湖、西岭的市级复核另行汇总。"),
    ("2", "done", 100, "公布贯通专业 96 个。", ""),
    ("3", "on_course", 55, "十一项任务完成申报，年度考核准备中。", ""),
    ("4", "done", 100, "方案和十个专业类的考试大纲已经印发。", ""),
    ("5", "late", 60, "收到 9 家企业申报，评审推迟。", "专家回避较多，改在十二月补评。"),
    ("6", "on_course", 70, "五个中心的开放时段已经上网。", ""),
    ("8", "on_course", 40, "各校自评结束。", ""),
    ("9", "done", 100, "1240 名教师完成企业实践。", "人力资源部门的统计口径不同，不影响完成。"),
    ("10", "on_course", 85, "还有两所学校正在开户。", ""),
    ("14", "done", 100, "活动周办了 130 场。", "市级总结没有单独填报。"),
)
"""Row, state, share, text, reason of the education authority."""


def build_ledgers(users: dict[str, int], bureau: int, today: datetime | None = None) -> int:
    """Entries of the education authority over the past weeks, and a bulletin by row; returns how many entries."""
    now = today or clock.now()
    ledger = next((one for one in list_ledgers() if one.id == LEDGER), None)
    if ledger is None:
        return 0
    reviewer = actor_for(User.objects.get(pk=users["chen"]), second_factor=True)
    approver = actor_for(User.objects.get(pk=users["he.chuzhang"]), second_factor=True)
    require(reviewer, "ledgers.report", bureau)
    for index, (row, state, share, text, reason) in enumerate(SAID):
        with clock.frozen_at(now - timedelta(days=40 - 3 * index, hours=index)):
            enter_progress(
                actor=reviewer,
                ledger=LEDGER,
                row=row,
                organisation_id=bureau,
                state=state,
                share=share,
                text=text,
                reason=reason,
                link="https://example.org/evidence" if state == "done" else "",
            )
    with clock.frozen_at(now - timedelta(days=5)):
        publish_bulletin(
            actor=approver, organisation_id=bureau, ledger=LEDGER, kind="ledger", title="年度任务清单进展通报"
        )
    return len(SAID)
