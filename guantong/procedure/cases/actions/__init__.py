"""Every write to a case. Each action is one transaction: lock, mandate, law, gate, log, deadlines, audit, notices."""

from .acting import act, extend_deadline
from .appealing import appeal_case, withdraw_case
from .many import MOST_AT_ONCE, ManyResult, act_on_many
from .materials import add_material, replace_material
from .migrating import MigrationReport, migrate_cases
from .moving import note_part, take_way
from .opening import open_case
from .scanning import ScanReport, scan_deadlines
from .suspending import resume_case, suspend_case

__all__ = [
    "MOST_AT_ONCE",
    "ManyResult",
    "MigrationReport",
    "ScanReport",
    "act",
    "act_on_many",
    "add_material",
    "appeal_case",
    "extend_deadline",
    "migrate_cases",
    "note_part",
    "open_case",
    "replace_material",
    "resume_case",
    "scan_deadlines",
    "suspend_case",
    "take_way",
    "withdraw_case",
]
