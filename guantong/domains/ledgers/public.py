"""What others may ask of ledgers: actions to set a stage with, and where a ledger stands."""

from __future__ import annotations

from .actions import enter_progress, publish_bulletin, publish_task_bulletin
from .selectors.ledgers import list_ledgers
from .selectors.platform import list_tasks, show_tasks
from .selectors.progress import show_ledger

__all__ = [
    "enter_progress",
    "list_ledgers",
    "list_tasks",
    "publish_bulletin",
    "publish_task_bulletin",
    "show_ledger",
    "show_tasks",
]
