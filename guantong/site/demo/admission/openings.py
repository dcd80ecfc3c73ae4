"""What the law wants open (十公开), as an authority writes it."""

from __future__ import annotations

from guantong.domains.admission.actions.openings import publish_opening
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.rules.states import CYCLE_STAGES
from guantong.domains.admission.selectors.channels import channel_of
from guantong.site.demo.admission.ground import Ground

WORDS = {
    "policy": "本年度按《云澜省职业教育招生录取办法（演示）》组织，办法全文见政策依据栏目；年度内不改变规则。",
    "qualification": "经审核具备招生资格的学校名单和核定规模见“学校和计划”，名单之外的学校不得招生。",
    "charters": "各学校的招生简章和招生章程已经备案，在学校页面全文公开。",
    "intake-plans": "分学校、分专业、分类别的招生计划在“学校和计划”公开，计划之外不录取。",
    "candidates": "报考资格由各县（市、区）招生考试机构审核；享受加分和免试的名单在考试机构公示七天。",
    "procedure": "投档由两套各自编写的程序计算，逐人比对一致并经独立检查后封存公布；任何人可以下载数据重新计算。",
    "results": "投档结果、各专业录取最低分和位次、缺额都在本站公开；考生本人可以下载结果证明。",
    "appeals": "咨询电话 0990-0000000（虚构）。对结果有异议的，登录本站申请复核，五个工作日内提出，十个工作日内答复。",
    "violations": "本年度查实替考一起，已取消该考生的报考资格；没有其他违规事件。",
    "recheck": "新生复查已经结束，复查人数与注册人数一致，没有取消入学资格的情形。",
}


def publish_openings(ground: Ground, cycle: Cycle) -> None:
    """Publish every item that is due in the cycle's stage."""
    order = list(CYCLE_STAGES.labels)
    cycle.refresh_from_db()
    for item in channel_of(cycle).openings:
        if order.index(item.stage) <= order.index(cycle.stage):
            content = WORDS.get(item.id, f"{item.title}已经公开。")
            publish_opening(actor=ground.he, cycle=cycle, item=item.id, content=content)
