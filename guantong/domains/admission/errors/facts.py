"""Refusals of facts that must be proved: ADM-185 to ADM-193."""

from guantong.kernel.refusal import RefusalKind

EVIDENCE_NEEDED = RefusalKind(
    "ADM-185", "没有写明核验的凭据。", "请写明核验了什么，例如证书原件的编号、颁发单位的证明；考生会看到。"
)
REFUSAL_REASON_NEEDED = RefusalKind(
    "ADM-186", "没有写明不予确认的理由。", "请写明理由；考生会看到，可以补充材料后重新填报。"
)
NOTHING_CHOSEN = RefusalKind("ADM-187", "没有选中要办理的信息。", "请在列表里勾选，再确认或者不予确认。")
FACT_GONE = RefusalKind(
    "ADM-188", "考生 {number} 没有填报“{title}”，不用确认。", "请刷新页面，按现在的列表办理。", status=409
)
FACT_CHANGED = RefusalKind(
    "ADM-189",
    "考生 {number} 的“{title}”已经由“{given}”改为“{now}”。",
    "请刷新页面，核验新填的内容以后再办理。",
    status=409,
)
FACT_FROM_BANK = RefusalKind(
    "ADM-190",
    "考生 {number} 的“{title}”已由学分银行的记录证明，不用确认。",
    "请刷新页面；对记录有疑问的，请向存入单位提出。",
    status=409,
)
FACT_LOST = RefusalKind(
    "ADM-191",
    "考生 {number} 的“{title}”所依据的记录已经失效：{why}，不能确认。",
    "请考生核对以后重新保存报名信息，再凭其他凭据核验。",
    status=409,
)
FACTS_STALE = RefusalKind(
    "ADM-192",
    "学分银行的记录有变化，{count} 名考生的信息与报名时不同（{numbers}）。",
    "请到“信息核验”页面重新核对，需要时补录成绩并重新排位次，再开始填报志愿。",
    status=409,
)
QUEUE_CHANGED = RefusalKind(
    "ADM-193",
    "列表已有变化：刚才是 {before} 项，现在是 {now} 项。",
    "请刷新页面，看过新增的内容以后再一起确认。",
    status=409,
)
