"""``guantong errors [--markdown]``: every kind of refusal the product can give."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from guantong.kernel.refusal import RefusalKind, declared_kinds

PACKAGE = Path(__file__).resolve().parents[1]

AREAS = {
    "ACC": "账号与岗位",
    "ADM": "招生",
    "API": "数据接口",
    "CNV": "转换结论",
    "CRD": "学分银行",
    "CRT": "证书",
    "FIL": "文件",
    "JOB": "导入任务",
    "MTC": "志愿匹配",
    "ORG": "机构与地区",
    "PAN": "专家评审",
    "POL": "政策查询",
    "PPL": "人员",
    "PRC": "办理流程",
    "PRG": "专业与培养方案",
    "PUB": "公示与来信",
    "REG": "地区文件夹",
    "ROU": "申报批次与名额",
    "SHT": "表格",
    "TTL": "称号与名册",
    "PRJ": "事项办理",
    "LED": "任务台账",
    "WEB": "网页",
}
"""Prefix of a code → the part of the product it belongs to (docs/dev/architecture.md §0)."""


HEADS = "| code | status | weight | sentence | what to do | rests on |"


def error_modules() -> list[str]:
    """Every module that declares refusals: ``errors.py`` and the modules of ``errors/`` folders."""
    found = []
    for path in sorted([*PACKAGE.rglob("errors.py"), *PACKAGE.rglob("errors/*.py")]):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if "tests" not in parts:
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def all_kinds() -> dict[str, RefusalKind]:
    """Every declared refusal of the product by code (not those tests declare)."""
    for name in error_modules():
        importlib.import_module(name)
    return {code: kind for code, kind in declared_kinds().items() if code.split("-")[0] in AREAS}


def as_markdown() -> str:
    """The text of docs/dev/error-codes.md."""
    kinds = all_kinds()
    lines = [
        "# Codes of refusals",
        "",
        "Made by `guantong errors --markdown`; a test keeps it current. Codes are never reused; a retired one stays.",
        "Words in braces are filled in. Weight: 必须改 refuses, 请确认 waits for a tick, 已处理 only tells.",
    ]
    for prefix, area in AREAS.items():
        own = [kind for code, kind in kinds.items() if code.startswith(f"{prefix}-")]
        if not own:
            continue
        lines += [
            "",
            f"## {prefix} {area}",
            "",
            "| code | status | weight | sentence | what to do | rests on |",
            "|---|---|---|---|---|---|",
        ]
        for kind in own:
            cells = [
                kind.code + (" (retired)" if kind.retired else ""),
                str(kind.status),
                kind.weight.value,
                kind.message,
                kind.do,
                f"`{kind.parameter}`" if kind.parameter else "",
            ]
            lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def register(groups: Any) -> None:
    """Add ``guantong errors``."""
    parser = groups.add_parser("errors", help="列出全部提示编号", description="列出全部提示编号、原因和办法。")
    parser.add_argument("--markdown", action="store_true", help="输出 docs/dev/error-codes.md 的内容")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print them."""
    if options.markdown:
        sys.stdout.write(as_markdown())
        return 0
    if options.json:
        rows = [
            {
                "code": kind.code,
                "status": kind.status,
                "weight": kind.weight.value,
                "message": kind.message,
                "do": kind.do,
                "parameter": kind.parameter,
                "retired": kind.retired,
            }
            for kind in all_kinds().values()
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    for kind in all_kinds().values():
        sys.stdout.write(f"{kind.code}　{kind.message}{kind.do}\n")
    return 0
