"""Roles and what each may do. A permission is dotted text; a post gives its role's permissions at its organisation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of post: code, Chinese label, desk it works at, permissions, whether a second factor is required."""

    code: str
    label: str
    desk: str
    permissions: frozenset[str]
    second_factor: bool = False


def _role(code: str, label: str, desk: str, *permissions: str, second_factor: bool = False) -> Role:
    return Role(code, label, desk, frozenset(permissions), second_factor)


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "registrar",
            "教务经办人",
            "school",
            "credit.deposit",
            "credit.account.read",
            "credit.claim.review",
            "credit.rules.draft",
            "credit.report",
            "programmes.manage",
            "people.enrol",
            "admission.plan",
        ),
        _role(
            "admission_officer",
            "招生办工作人员",
            "school",
            "admission.plan",
            "admission.review",
            "people.enrol",
            second_factor=True,
        ),
        _role(
            "department_reviewer",
            "院系审核人",
            "school",
            "credit.review.department",
            "credit.account.read",
            second_factor=True,
        ),
        _role(
            "academic_officer",
            "教务处审核人",
            "school",
            "credit.review.academic",
            "credit.account.read",
            "credit.rules.draft",
            "credit.report",
            "credit.certificate.issue",
            second_factor=True,
        ),
        _role(
            "credit_officer",
            "学分银行审核人",
            "school",
            "credit.review.bank",
            "credit.claim.review",
            "credit.account.read",
            "credit.reverse",
            "credit.report",
            "credit.certificate.issue",
            "credit.certificate.revoke",
            second_factor=True,
        ),
        _role(
            "bureau_reviewer",
            "主管部门审核人",
            "bureau",
            "credit.rules.review",
            "credit.appeal.review",
            "credit.report",
            "admission.manage",
            "admission.appeal",
            "audit.read",
            "people.merge",
            "procedures.rounds",
            "procedures.panels",
            "projects.supervise",
            "ledgers.report",
            second_factor=True,
        ),
        _role(
            "bureau_approver",
            "主管部门审批人",
            "bureau",
            "credit.rules.adopt",
            "credit.rules.review",
            "credit.appeal.review",
            "credit.report",
            "audit.read",
            "orgs.manage",
            "people.merge",
            "accounts.grant",
            "admission.manage",
            "admission.publish",
            "admission.appeal",
            "procedures.rounds",
            "procedures.panels",
            "procedures.migrate",
            "projects.supervise",
            "ledgers.report",
            "ledgers.publish",
            second_factor=True,
        ),
        _role("project_officer", "项目申报经办人", "school", "projects.declare"),
        _role("teacher", "专任教师", "learner"),
        _role("depositor", "成果存入经办人", "issuer", "credit.deposit", "credit.deposit.read"),
        _role("enterprise_officer", "企业经办人", "issuer", "projects.declare"),
        _role("expert", "评审专家", "expert", "projects.review"),
    )
}
"""Every role by code, in the order pages list them."""

ROLE_PERMISSIONS = {code: role.permissions for code, role in ROLES.items()}

OF_EDUCATION = frozenset({"admission.manage", "admission.publish", "admission.appeal", "people.merge"})
"""What an authority's post gives only where the authority is of the education line: admission is organised and the
record of learners kept there, whatever other lines review."""


def gives(role: str, permission: str, branch: str = "") -> bool:
    """Whether a post gives a permission at an authority of that line (empty: education, or no authority at all)."""
    return permission in ROLES[role].permissions and (branch in ("", "education") or permission not in OF_EDUCATION)


OPERATOR_PERMISSIONS = frozenset(
    {"accounts.manage", "accounts.grant", "audit.read", "orgs.manage", "signing.renew", "procedures.migrate"}
)
"""What the people who run the installation may do, for every organisation. Nothing of the credit bank is among it."""

API_PERMISSIONS = frozenset({"credit.deposit", "credit.deposit.read", "credit.account.read", "credit.report"})
"""What a key of an institution's own system can be given at most; decisions are made by people."""

ROLE_KINDS: dict[str, frozenset[str]] = {
    "school": frozenset({"secondary_school", "technician_school", "higher_school", "bachelor_school"}),
    "learner": frozenset({"secondary_school", "technician_school", "higher_school", "bachelor_school"}),
    "bureau": frozenset({"authority"}),
    "issuer": frozenset({"enterprise", "assessment_body", "training_body"}),
    "expert": frozenset(
        {
            "secondary_school",
            "technician_school",
            "higher_school",
            "bachelor_school",
            "authority",
            "enterprise",
            "assessment_body",
            "training_body",
        }
    ),
}
"""Kinds of organisation at which the posts of a desk exist."""

PERMISSION_LABELS: dict[str, str] = {
    "credit.deposit": "存入学习成果",
    "credit.deposit.read": "查看本单位存入的成果",
    "credit.account.read": "查看学习账户",
    "credit.claim.review": "审核学习者自行申报的成果",
    "credit.review.department": "院系审核学分转换",
    "credit.review.academic": "教务处审核学分转换",
    "credit.review.bank": "学分银行审核学分转换",
    "credit.reverse": "冲正学分",
    "credit.report": "查看学分统计",
    "credit.rules.draft": "起草转换规则",
    "credit.rules.review": "审核转换规则",
    "credit.rules.adopt": "批准转换规则",
    "credit.appeal.review": "复核申诉",
    "credit.certificate.issue": "签发证书",
    "credit.certificate.revoke": "撤销证书",
    "admission.plan": "编制招生计划和招生简章",
    "admission.review": "审核考生档案并办理录取",
    "admission.manage": "组织招生录取",
    "admission.publish": "公布录取结果",
    "admission.appeal": "复核录取结果",
    "procedures.rounds": "开放和延长申报批次",
    "procedures.panels": "维护评审专家库",
    "projects.declare": "代表本单位申报事项",
    "projects.review": "评审申报",
    "projects.supervise": "查看辖区内的申报和统计",
    "ledgers.report": "填报本单位的任务进展",
    "ledgers.publish": "印发任务通报",
    "programmes.manage": "维护专业与培养方案",
    "people.enrol": "登记学生和考生",
    "people.merge": "合并重复的人员",
    "orgs.manage": "维护机构与地区",
    "accounts.manage": "管理账号",
    "accounts.grant": "授予和撤销岗位",
    "audit.read": "查阅审计记录",
    "procedures.migrate": "让在办的办件改用新版本的规定",
    "signing.renew": "更换签名密钥",
}
"""Each permission as a refusal names it."""


def roles_that_may(permission: str) -> tuple[str, ...]:
    """Chinese labels of the roles that give ``permission``, in the order of :data:`ROLES`."""
    found = [role.label for role in ROLES.values() if permission in role.permissions]
    if permission in OPERATOR_PERMISSIONS:
        found.append("运行维护人员")
    return tuple(found)


def label_of(permission: str) -> str:
    """How a refusal names ``permission``; the dotted text itself when nobody wrote a label (a test forbids that)."""
    return PERMISSION_LABELS.get(permission, permission)


def may_hold(role: str, organisation_kind: str) -> bool:
    """Whether a post of ``role`` can exist at an organisation of ``organisation_kind``."""
    return organisation_kind in ROLE_KINDS[ROLES[role].desk]
