"""Every write of ledgers."""

from .entering import enter_progress
from .publishing import publish_bulletin, publish_task_bulletin
from .reminding import remind_bodies

__all__ = ["enter_progress", "publish_bulletin", "publish_task_bulletin", "remind_bodies"]
