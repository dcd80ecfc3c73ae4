"""Refusals of declarations, scores, eligibility, plans, shares and states: ADM-200 to ADM-299."""

from guantong.kernel.refusal import RefusalKind

STATE_NOT_HERE = RefusalKind(
    "ADM-290",
    "{what}现在的状态是“{state}”，不能{act}。",
    "请刷新页面，查看它的最新状态。",
    status=409,
)
STAGE_NOT_HERE = RefusalKind(
    "ADM-291",
    "现在处于“{stage}”阶段，不能进行“{work}”。",
    "这项工作在{wanted}阶段进行；请核对日程。",
    status=409,
)
