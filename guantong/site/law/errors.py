"""Refusals of the policy pages."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

NO_DOCUMENT = RefusalKind(
    "WEB-201",
    "没有编号为“{document}”的政策文件。",
    "请从“政策文件”的清单中查找；文件可能换了编号。",
    status=404,
)
