"""Every write of declarations."""

from .declaring import open_declaration
from .drafts import drop_draft, save_draft

__all__ = ["drop_draft", "open_declaration", "save_draft"]
