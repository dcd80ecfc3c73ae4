"""Refusals of declarations (PRJ-…)."""

from guantong.kernel.refusal import RefusalKind

PROCEDURE_UNKNOWN = RefusalKind(
    "PRJ-001",
    "办事大厅里没有编号为“{code}”的事项。",
    "请从办事大厅的目录里选择；以前办过的事项可能已经停止办理。",
    status=404,
)
NOT_DECLARED_HERE = RefusalKind(
    "PRJ-002",
    "“{title}”不在这里申报。",
    "请按事项页面上的“在哪里办理”进入办理页面。",
    status=409,
)
PERSON_UNKNOWN = RefusalKind(
    "PRJ-003",
    "没有登记过这位人员。",
    "请核对姓名和证件号码；本人没有登记的，请先由所在单位登记人员信息。",
)
ORGANISATION_UNKNOWN = RefusalKind(
    "PRJ-004",
    "没有找到名为“{name}”的单位。",
    "请填写单位现在的全称，或填写统一社会信用代码、学校标识码。",
)
ORGANISATION_SEVERAL = RefusalKind(
    "PRJ-005",
    "有 {count} 个单位都叫“{name}”。",
    "请改填统一社会信用代码或学校标识码。",
)
NOT_OVERSEEN = RefusalKind(
    "PRJ-006",
    "“{name}”不归您所在的主管部门管理。",
    "请选择本地区的单位，或请对它负责的主管部门办理。",
    status=403,
)
HOLDER_NEEDED = RefusalKind(
    "PRJ-007",
    "还没有写明为谁申报。",
    "请填写{what}。",
)
RUNNING = RefusalKind(
    "PRJ-008",
    "“{title}”已经有一件正在办理，编号 {public_id}。",
    "请打开那一件继续办理；确实要重新申报的，请先撤回它。",
    status=409,
)
NO_POST = RefusalKind(
    "PRJ-009",
    "您没有可以申报“{title}”的岗位，这一事项由{who}申报。",
    "请由有这一岗位的人员申报，或请本单位管理人员为您登记岗位。",
    status=403,
)
NOT_DRAFTING = RefusalKind(
    "PRJ-010",
    "编号 {public_id} 的申报现在不由您填写，不能保存草稿。",
    "请刷新页面，看它现在到了哪一步。",
    status=409,
)
DRAFT_TOO_LONG = RefusalKind(
    "PRJ-011",
    "草稿太长，没有保存。",
    "请把长的说明作为材料上传，栏目里只写要点。",
    status=413,
)
NAME_DIFFERS = RefusalKind(
    "PRJ-012",
    "姓名和登记的不一致。",
    "请核对姓名和证件号码是不是同一个人的。",
)
TEXT_TOO_LONG = RefusalKind(
    "PRJ-020",
    "这份事项定义超过 {most} 千字，没有读取。",
    "一项定义一般在一百五十行以内，请核对贴入的是不是一项事项的内容。",
    status=413,
)
OTHER_PROCEDURE = RefusalKind(
    "PRJ-021",
    "贴入的定义编号是“{given}”，要比较的是“{wanted}”。",
    "同一事项才能比较：请保持编号不变。",
)
VERSION_UNKNOWN = RefusalKind(
    "PRJ-022",
    "没有校验值以“{digest}”开头的版本。",
    "请从事项页面的版本目录里选择。",
    status=404,
)
REGION_UNKNOWN = RefusalKind(
    "PRJ-023",
    "没有代码为“{region}”的地区目录。",
    "请从页面上的地区里选择。",
    status=404,
)
DAY_UNREAD = RefusalKind(
    "PRJ-030",
    "“{title}”不是日期。",
    "请按 2026-03-01 的写法填写。",
)
COLLEAGUE_UNKNOWN = RefusalKind(
    "PRJ-031",
    "本单位没有账号为“{username}”的人员。",
    "请从列出的同事里选择。",
)
NOT_SUPERVISED = RefusalKind(
    "PRJ-040",
    "只有主管部门的审核和审批人员可以查看本地区的申报统计。",
    "请由有这一岗位的人员查看。",
    status=403,
)
