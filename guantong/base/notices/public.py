"""What other rooms may use of notices."""

from guantong.base.notices.actions import mark_read, send, send_many
from guantong.base.notices.selectors import count_unread_for, list_for

__all__ = ["count_unread_for", "list_for", "mark_read", "send", "send_many"]
