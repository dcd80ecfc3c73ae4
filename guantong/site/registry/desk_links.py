"""What the register adds to the desks; called from the site's ``apps.py``."""

from __future__ import annotations

from guantong.base.webkit.desks import register_link, register_panel
from guantong.site.registry.people import waiting_duplicates


def register_desks() -> None:
    """Entries and blocks of bureau, school and operator."""
    register_panel("bureau", 60, waiting_duplicates)
    register_link("bureau", 60, "疑似重复", "registry:duplicates", "people.merge")
    register_link("bureau", 65, "合并记录", "registry:merges", "people.merge")
    register_link("bureau", 70, "登记机构", "registry:register-organisation", "orgs.manage")
    register_link("bureau", 75, "登记地区", "registry:register-region", "orgs.manage")
    register_link("bureau", 90, "审计记录", "registry:bureau-audit", "audit.read")
    register_link("school", 80, "人员与同意书", "registry:find-person", "people.enrol")
    register_link("operator", 10, "账号", "registry:accounts", "accounts.manage")
    register_link("operator", 20, "接口密钥", "registry:tokens", "accounts.manage")
    register_link("operator", 30, "审计记录", "registry:audit", "audit.read")
    register_link("operator", 40, "机构名录", "registry:organisations")
    for order, desk in enumerate(("learner", "school", "bureau", "issuer", "operator")):
        register_link(desk, 95 + order, "消息", "registry:notices")
