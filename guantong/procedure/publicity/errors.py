"""Refusals about notices, objections and complaints: 001–019 in definitions, 101–199 in what is done, 201– checks."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

# ---- definitions -------------------------------------------------------------------------------------------------
NO_PERIOD = RefusalKind(
    "PUB-001",
    "公示环节“{step}”没有写期限，或者到期不转出。",
    "请写明期限（deadline），并写明到期转到（lapse）哪一环节或结果。",
)
SHOW_UNKNOWN = RefusalKind(
    "PUB-002",
    "公示内容里写了“{given}”，办件里没有这一项。",
    "可以写的有：{known}；证件号码和联系方式不能公示。",
)
NO_HANDLER = RefusalKind(
    "PUB-003", "公示环节“{step}”归{of}，没有人能处理异议。", "请把环节归给学校或主管部门，并写明岗位。"
)
PROTECTED_PARTY = RefusalKind(
    "PUB-004",
    "写了 protected，但事项不是由公众提出。",
    "受保护的来信由公众（visitor）提出；其他事项删去 protected。",
)
PROTECTED_SUBJECT = RefusalKind("PUB-005", "受保护的来信，subject 写的是“{given}”。", "请写 subject: {wanted}。")
PROTECTED_NEEDED = RefusalKind(
    "PUB-006", "由公众提出的事项没有写 protected: true。", "公众提出的事项都要保护来信人的身份，请写上。"
)
PROTECTED_APPEAL = RefusalKind(
    "PUB-007",
    "受保护的来信写了申诉环节，来信人没有账号，不能在这里申诉。",
    "请写 appeal: {{none: …}}，说明来信人对答复有不同意见时可以怎么办。",
)

# ---- notices and objections --------------------------------------------------------------------------------------
NOTICE_UNKNOWN = RefusalKind(
    "PUB-101", "没有找到编号为“{public_id}”的公示。", "请核对编号，或者到公示栏里查找。", status=404
)
NOTICE_OVER = RefusalKind(
    "PUB-102",
    "“{title}”的公示到{until}为止，已经结束，不能再提异议。",
    "公示以后才发现问题的，可以向{publisher}反映，或者按投诉举报办理。",
    status=409,
)
TEXT_NEEDED = RefusalKind("PUB-103", "还没有写明{what}。", "请写清楚是什么事、有什么依据。")
TEXT_TOO_LONG = RefusalKind("PUB-104", "{what}有{found}个字，超过了{most}个字。", "请写得简短些。")
NAME_NEEDED = RefusalKind("PUB-105", "署名提出的，要填姓名。", "请填姓名；不愿署名的，请选“不署名”。")
CONTACT_NEEDED = RefusalKind(
    "PUB-106", "署名提出的，要填联系方式。", "请填电话、邮箱或地址中的一种，办理单位核实时要用。"
)
TOO_OFTEN = RefusalKind("PUB-107", "从您这里提交得太频繁。", "请过{wait}再试；已经提交的内容不受影响。", status=429)
CODE_UNKNOWN = RefusalKind(
    "PUB-108", "没有与这个查询码对应的来信。", "请核对 16 位查询码；查询码不能找回，丢失的请重新提出。", status=404
)
CODE_TOO_OFTEN = RefusalKind("PUB-109", "查询码输错的次数太多。", "请过{wait}再试。", status=429)
OBJECTION_UNKNOWN = RefusalKind(
    "PUB-110", "没有找到编号为“{public_id}”的异议，或者它不在您的办理范围内。", "请核对编号。", status=404
)
ALREADY_ANSWERED = RefusalKind("PUB-111", "这份异议已经有了结论：{state}。", "请重新打开页面查看。", status=409)
ANSWER_NEEDED = RefusalKind("PUB-112", "答复要写明理由。", "请写明核实的情况和理由，提出异议的人会看到。")
NOT_HANDLER = RefusalKind("PUB-113", "这份来信由{who}办理，您没有这个岗位。", "请由该岗位的同事办理。", status=403)
OWN_MATTER = RefusalKind(
    "PUB-114", "这份异议针对您本人的办件，按回避要求不能由您办理。", "请由同岗位的其他同事办理。", status=403
)
REASON_NEEDED = RefusalKind("PUB-115", "查看来信人身份要写明理由。", "请写明为什么需要知道，这会留下记录。")
NO_IDENTITY = RefusalKind(
    "PUB-116", "这份来信没有署名，没有可以查看的身份。", "请通过查询码下的答复与来信人联系。", status=409
)
OBJECTION_CLOSED = RefusalKind("PUB-117", "这件事已经有了结论，不能再补充。", "有新的情况，请重新提出。", status=409)
WORD_UNKNOWN = RefusalKind("PUB-118", "没有看懂要办什么。", "请重新打开页面再办一次。")
NOT_COMPLAINT = RefusalKind("PUB-119", "没有名为“{procedure}”的投诉举报事项。", "请从投诉举报页面上选择。", status=404)
ABOUT_WHOM = RefusalKind("PUB-120", "还没有选定所反映的单位。", "请按名称查找并选定一个单位。")
OBJECTIONS_OPEN = RefusalKind(
    "PUB-121", "公示期间收到的异议还有{count}份没有结论。", "异议都有结论以后，公示才能结束。", status=409
)
EVIDENCE_UNKNOWN = RefusalKind(
    "PUB-124", "没有找到这份佐证，或者它不在您的办理范围内。", "佐证只有办理这份来信的岗位能看。", status=404
)
TOO_MANY_FILES = RefusalKind("PUB-125", "佐证有{found}份，最多{most}份。", "请去掉几份，或者合并成一个 PDF 再交。")
LIST_UNKNOWN = RefusalKind("PUB-123", "没有找到这份公示名单。", "请到公示栏里查找。", status=404)
BAD_FILTER = RefusalKind("PUB-122", "日期“{given}”读不懂。", "请按 2025-09-01 的样子填写，或者留空。")

# ---- verifying ---------------------------------------------------------------------------------------------------
NOTICE_ALTERED = RefusalKind(
    "PUB-201", "公示{public_id}的内容与它的校验值对不上。", "请从备份核对，并查明何人何时改动。"
)
CHAIN_BROKEN = RefusalKind(
    "PUB-202", "来信{public_id}第{sequence}条记录的校验值对不上。", "请从备份核对这一条记录，并查明何人何时改动。"
)
NOTICE_MISSING = RefusalKind(
    "PUB-203", "办件{public_id}停在公示环节，却没有对应的公示。", "请查明公示为什么没有发布，补发后期限重新计算。"
)
EVIDENCE_ALTERED = RefusalKind(
    "PUB-204", "来信{public_id}的佐证{number}与它的校验值对不上。", "请从备份核对这一份佐证，并查明何人何时改动。"
)
