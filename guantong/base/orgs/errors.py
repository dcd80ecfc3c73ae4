"""Refusals of regions and organisations."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

REGION_CODE_FORM = RefusalKind(
    "ORG-001",
    "地区代码应当是 6 位数字，填的是“{code}”。",
    "请按 GB/T 2260 填写。",
)
REGION_TAKEN = RefusalKind(
    "ORG-002",
    "地区代码 {code} 已经登记为“{name}”。",
    "请核对代码；名称有变化的，请办理更名。",
    status=409,
)
REGION_UNKNOWN = RefusalKind(
    "ORG-003",
    "没有登记代码为 {code} 的地区。",
    "请先登记这个地区，或核对代码。",
    status=404,
)
REGION_LEVEL = RefusalKind(
    "ORG-004",
    "“{name}”是{level}地区，上级不能是{parent_level}地区。",
    "请选择更高一级的上级地区。",
)
REGION_PARENT = RefusalKind(
    "ORG-005",
    "“{name}”必须有上级地区，只有国家一级没有上级。",
    "请选择上级地区。",
)
REGION_HAS_CHILDREN = RefusalKind(
    "ORG-006",
    "“{name}”在 {day} 还管辖 {count} 个地区或机构，不能终止。",
    "请先把它们划转到别的地区。",
    status=409,
)
CREDIT_CODE = RefusalKind(
    "ORG-010",
    "统一社会信用代码“{code}”的校验位对不上，或者不是 18 位。",
    "请对照登记证书重新填写。",
)
SCHOOL_CODE = RefusalKind(
    "ORG-011",
    "学校标识码“{code}”应当是 10 位数字。",
    "请对照教育部门公布的标识码重新填写。",
)
CREDIT_CODE_TAKEN = RefusalKind(
    "ORG-012",
    "统一社会信用代码 {code} 已经登记为“{name}”。",
    "请使用已有的机构；名称有变化的，请办理更名。",
    status=409,
)
SCHOOL_CODE_TAKEN = RefusalKind(
    "ORG-013",
    "学校标识码 {code} 已经登记为“{name}”。",
    "请使用已有的学校；名称有变化的，请办理更名。",
    status=409,
)
SCHOOL_CODE_NOT_SCHOOL = RefusalKind(
    "ORG-014",
    "{kind}没有学校标识码。",
    "请把学校标识码留空，或核对机构类别。",
)
NAME_FORM = RefusalKind(
    "ORG-015",
    "还没有填写名称，或者名称超过 {most} 个字。",
    "请填写登记证书上的全称。",
)
KIND_UNKNOWN = RefusalKind(
    "ORG-016",
    "没有“{kind}”这类机构。",
    "请从列表中选择机构类别。",
)
AUTHORITY_KIND = RefusalKind(
    "ORG-017",
    "“{name}”不是主管部门。",
    "请从主管部门中选择。",
)
ORGANISATION_UNKNOWN = RefusalKind(
    "ORG-018",
    "没有找到这个机构。",
    "请从机构名录中选择。",
    status=404,
)
OUTSIDE_AREA = RefusalKind(
    "ORG-020",
    "“{region}”不在您所在部门管辖的地区之内。",
    "请由管辖该地区的主管部门办理。",
    status=403,
)
ENDED = RefusalKind(
    "ORG-021",
    "“{name}”已经终止，不能再变更。",
    "请选择它的承接机构。",
    status=409,
)
DAY_TOO_EARLY = RefusalKind(
    "ORG-022",
    "变更日期 {day} 不晚于“{name}”上一次变更的日期 {last}。",
    "沿革按先后登记，请填写更晚的日期。",
    status=409,
)
DAY_TOO_LATE = RefusalKind(
    "ORG-023",
    "变更日期 {day} 在今天之后。",
    "请在变更生效之日或之后登记。",
)
BASIS_NEEDED = RefusalKind(
    "ORG-024",
    "还没有写明依据文件。",
    "请填写批准这次变更的文件名称和文号。",
)
NOTHING_CHANGES = RefusalKind(
    "ORG-025",
    "填写的内容与现在登记的相同。",
    "如无变更，不必办理。",
)
SAME_TWICE = RefusalKind(
    "ORG-026",
    "同一个机构或地区不能既是变更前又是变更后，也不能选择两次：“{name}”。",
    "请重新选择。",
)
SHARES = RefusalKind(
    "ORG-027",
    "各承接方的份额相加是 {total}，应当正好是 1。",
    "请重新填写份额，例如 1/3 和 2/3。",
)
SHARE_FORM = RefusalKind(
    "ORG-028",
    "份额“{share}”不是大于 0、不超过 1 的分数。",
    "请填写如 1/3、0.4 或 1。",
)
UPGRADE_KIND = RefusalKind(
    "ORG-029",
    "从{old}到{new}不是升格。",
    "升格只能是中等到高等、专科到本科；其他变化请按更名、合并或分立办理。",
)
TOO_FEW = RefusalKind(
    "ORG-030",
    "{what}至少要选择 {least} 个。",
    "请补充选择。",
)
AUTHORITY_BUSY = RefusalKind(
    "ORG-032",
    "“{name}”还主管 {count} 个机构，不能终止。",
    "请先把这些机构划转到别的主管部门。",
    status=409,
)
FIGURES_UNPLACED = RefusalKind(
    "ORG-033",
    "有 {count} 个机构在 {day} 不存在，数字不能汇总：{names}。",
    "请核对这些数字所属的年度。",
)
BRANCH_UNKNOWN = RefusalKind(
    "ORG-034",
    "“{branch}”不是可以登记的条线。",
    "条线只为主管部门登记，可以是：{known}。",
)
