"""Refusals of ledgers (LED-…): 001–029 in region files, 101–149 progress, 151–179 bulletins, 201– finding."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

# ---- region files ------------------------------------------------------------------------------------------------
KEY_UNKNOWN = RefusalKind("LED-001", "台账里写了“{key}”，没有这一项。", "可以写的有：{known}。")
KEY_MISSING = RefusalKind("LED-002", "台账里没有写“{key}”。", "请补上：{what}。")
COUNT_DIFFERS = RefusalKind(
    "LED-003", "台账“{ledger}”写明印发 {printed} 行，文件里有 {found} 行。", "请对照原文补齐或删去，行数要一致。"
)
ROW_TWICE = RefusalKind("LED-004", "台账“{ledger}”有两行的行号都是“{row}”。", "每行一个行号，请按原文改正。")
LEAD_RULE = RefusalKind("LED-005", "牵头的写法“{given}”没有这一种。", "请写下列之一：{known}。")
BODIES_WRONG = RefusalKind(
    "LED-006",
    "台账“{ledger}”第“{row}”行的责任单位写法与牵头的写法（{rule}）不一致。",
    "请写{keys}，至少一个单位。",
)
BODY_TWICE = RefusalKind("LED-007", "台账“{ledger}”第“{row}”行两次写了“{body}”。", "每个单位只写一次。")
DAY_WRONG = RefusalKind("LED-008", "“{given}”不是日期。", "请写成 2025-12-31。")
AUTHORITY_MISSING = RefusalKind(
    "LED-009",
    "台账“{ledger}”既没有写文件，也没有写明是本地确定的。",
    "请写 document 和 references，或写 source: local 并写 note 说明。",
)
SYSTEM_MISSING = RefusalKind(
    "LED-010", "台账“{ledger}”第“{row}”行的 systems 里没有 G2。", "台账的每一行都属于 G2，请写上。"
)
NOT_A_LIST = RefusalKind("LED-011", "“{key}”要写成一列。", "请每行一项，或写在方括号里。")

# ---- progress ----------------------------------------------------------------------------------------------------
NOT_RESPONSIBLE = RefusalKind(
    "LED-101",
    "“{body}”不是第 {row} 行的责任单位，不能填报它的进展。",
    "这一行由{bodies}负责，请由它们填报。",
    status=403,
)
STATE_UNKNOWN = RefusalKind("LED-102", "没有选择进展状态。", "请在“未开始、按期推进、滞后、已完成”里选一种。")
SHARE_WRONG = RefusalKind("LED-103", "完成比例“{given}”不是 0 到 100 的整数。", "请填整数，例如 60 表示完成六成。")
SHARE_AND_STATE = RefusalKind(
    "LED-104", "状态是“{state}”，完成比例却是 {share}%。", "未开始的填 0，已完成的填 100，其他的填 0 到 99。"
)
TEXT_NEEDED = RefusalKind("LED-105", "还没有写进展情况。", "请用一两句话写做了什么、做到什么程度。")
TEXT_TOO_LONG = RefusalKind("LED-106", "{what}有 {found} 个字，超过了 {most} 个字。", "请写得简短些。")
REASON_NEEDED = RefusalKind("LED-107", "状态是“滞后”，还没有写原因。", "请写明为什么没有按期，以及打算怎么办。")
EVIDENCE_NEEDED = RefusalKind("LED-108", "报“已完成”，还没有佐证。", "请上传佐证文件，或填写公开网页的地址。")
LINK_WRONG = RefusalKind("LED-109", "“{given}”不是网页地址。", "请填以 https:// 或 http:// 开头的地址。")
OTHERS_NOT_DONE = RefusalKind(
    "LED-110",
    "配合单位{bodies}还没有报完成，牵头单位报“已完成”要说明原因。",
    "请在“原因”里说明为什么仍然算完成，或者先请它们填报。",
)
ENTRY_UNKNOWN = RefusalKind(
    "LED-111", "没有找到要更正的那一条进展。", "请打开这一行的进展记录，从要更正的那一条进入。", status=404
)
NOT_LAST = RefusalKind(
    "LED-112",
    "这一条已经被更正过，或者不是贵单位填报的。",
    "请更正现在有效的那一条；别的单位填报的由它自己更正。",
    status=409,
)
CORRECTION_REASON = RefusalKind("LED-113", "更正要说明原因。", "请在“更正原因”里写清楚原来哪里不对。")
SAVED_MEANWHILE = RefusalKind(
    "LED-114", "您打开页面以后，本单位的{who}已经填报了这一行。", "请刷新页面，看过新的进展以后再填。", status=409
)

# ---- bulletins ---------------------------------------------------------------------------------------------------
NO_AREA = RefusalKind("LED-151", "“{body}”不是主管部门，不能印发通报。", "请由主管部门的审批人员印发。", status=403)
BULLETIN_TITLE = RefusalKind("LED-152", "通报还没有标题。", "请写一个标题，最多 80 个字。")
BULLETIN_KIND = RefusalKind("LED-153", "没有选择通报按什么汇总。", "请选择按台账，或者按单位。")
BULLETIN_UNKNOWN = RefusalKind(
    "LED-154", "没有找到编号为“{public_id}”的通报。", "请核对编号，或者到通报目录里查找。", status=404
)
BULLETIN_TWICE = RefusalKind(
    "LED-155",
    "同一份台账今天已经按同样的方式印发过通报，编号 {public_id}。",
    "内容没有变化的不必再发；需要再发的，请写一个不同的标题。",
    status=409,
)

# ---- finding -----------------------------------------------------------------------------------------------------
LEDGER_UNKNOWN = RefusalKind("LED-201", "没有编号为“{code}”的台账。", "请从台账目录里选择。", status=404)
ROW_UNKNOWN = RefusalKind("LED-202", "台账“{ledger}”没有第“{row}”行。", "请从台账里选择一行。", status=404)
TASK_UNKNOWN = RefusalKind("LED-203", "没有编号为“{code}”的重点任务。", "请从重点任务的目录里选择。", status=404)
YEAR_WRONG = RefusalKind("LED-204", "“{given}”不是年度。", "请填四位数的年度，2023 年起。")
