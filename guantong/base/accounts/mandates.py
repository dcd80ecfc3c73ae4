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
            "audit.read",
            "people.merge",
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
            second_factor=True,
        ),
        _role("depositor", "成果存入经办人", "issuer", "credit.deposit", "credit.deposit.read"),
    )
}
"""Every role by code, in the order pages list them."""

ROLE_PERMISSIONS = {code: role.permissions for code, role in ROLES.items()}
