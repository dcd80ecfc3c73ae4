"""What the register adds to the desks; called from the site's ``apps.py``."""

from __future__ import annotations

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.words import register_words
from guantong.base.people.actions import refresh_duplicates
from guantong.base.sheets.kinds import register_timed_task
from guantong.base.webkit.desks import register_link, register_panel
from guantong.site.registry.people import waiting_duplicates
from guantong.site.registry.words import WORDS

NIGHTLY_SECONDS = 24 * 3600


def register_desks() -> None:
    """Entries and blocks of bureau, school and operator; the nightly comparison of people."""
    register_words(WORDS)
    register_timed_task("people.duplicates", NIGHTLY_SECONDS, lambda: refresh_duplicates(actor=SYSTEM))
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
