"""Refusals of the register's pages: what was typed into a form cannot be read."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

DAY_UNREADABLE = RefusalKind(
    "WEB-301",
    "“{given}”不是一个日期。",
    "请按 2025-09-01 的样子填写年、月、日。",
)
ORGANISATION_NOT_NAMED = RefusalKind(
    "WEB-302",
    "名录里没有找到“{given}”。",
    "请填写全称、统一社会信用代码、学校标识码或机构编号。",
)
ORGANISATION_AMBIGUOUS = RefusalKind(
    "WEB-303",
    "有 {count} 个机构叫“{given}”。",
    "请改填统一社会信用代码、学校标识码或机构编号。",
)
SHARES_UNREADABLE = RefusalKind(
    "WEB-304",
    "“{given}”这一行没有写成“名称 份额”。",
    "请每行写一个，名称和份额之间空一格，例如：东湖职业学校 1/3。",
)
CHANGE_UNKNOWN = RefusalKind(
    "WEB-305",
    "没有这种变更。",
    "请从机构或地区页面选择变更种类。",
    status=404,
)
NUMBER_UNREADABLE = RefusalKind(
    "WEB-306",
    "“{given}”不是整数。",
    "请填写数字。",
)
ACCOUNT_NOT_NAMED = RefusalKind(
    "WEB-307",
    "没有叫“{given}”的账号。",
    "请核对账号；还没有账号的，请先由运行维护人员开设。",
)
EXPORT_TOO_LONG = RefusalKind(
    "WEB-308",
    "符合条件的审计记录有 {count} 条，一次最多下载 {most} 条。",
    "请缩短日期范围或加上其他条件，分几次下载。",
)
FIGURE_UNREADABLE = RefusalKind(
    "WEB-309",
    "“{given}”不是一个数。",
    "每行写机构和数字，中间空一格；数字可以是整数、小数或分数。",
)
FIGURES_COUNT = RefusalKind(
    "WEB-310",
    "填了 {count} 行数字，应当在 1 行至 {most} 行之间。",
    "请补充数字，或分几次归集。",
)
NOT_OUR_LEARNER = RefusalKind(
    "WEB-311",
    "这个人没有登记为贵校的学生。",
    "请先办理学籍登记，再登记同意书、更正姓名或开设账号。",
    status=403,
)
