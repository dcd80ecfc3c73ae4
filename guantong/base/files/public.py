"""What other rooms may use of files."""

from guantong.base.files.access import register_access
from guantong.base.files.actions import store_file
from guantong.base.files.rules import MOST_BYTES, TAKEN, safe_headers
from guantong.base.files.selectors import access_file_for, read_bytes

__all__ = ["MOST_BYTES", "TAKEN", "access_file_for", "read_bytes", "register_access", "safe_headers", "store_file"]
