"""What other rooms may use of notices."""

from guantong.base.notices.actions import Message, mark_read, send, send_many, write_many
from guantong.base.notices.selectors import count_unread_for, list_for

__all__ = ["Message", "count_unread_for", "list_for", "mark_read", "send", "send_many", "write_many"]
