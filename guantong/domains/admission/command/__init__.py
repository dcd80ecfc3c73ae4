"""``guantong admission``: runs, proofs and bundles at the terminal; none of it needs a database, so Django is not
started.

Refusals print the first twenty faults and the number of the rest; exit status 2. A run whose two implementations
differ, or whose result fails the independent check, publishes nothing; exit status 1.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guantong.kernel.refusal import Refusal

Command = Callable[[argparse.Namespace], int]


def register(groups: Any) -> None:
    """Adds ``admission`` and its commands."""
    parser: argparse.ArgumentParser = groups.add_parser(
        "admission", help="招生录取：分配、封存、凭证、复核", description="按文件计算录取，并证明结果。不需要数据库。"
    )
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)

    allocate = commands.add_parser(
        "allocate",
        help="按文件计算一次录取，两套程序都算并独立检查，全部相符才写出结果",
        description="读取计划、考生、志愿和规则，计算录取结果并封存。文件的格式见 docs/api/admission-files.md。",
    )
    for name, title, is_required in (
        ("places", "招生计划表 places.csv", True),
        ("candidates", "考生表 candidates.csv", True),
        ("choices", "志愿表 choices.csv", True),
        ("scores", "各专业自己的成绩 scores.csv", False),
        ("send-backs", "学校退档名单 sendbacks.csv", False),
        ("fixed", "以前轮次已经录取的名单 fixed.csv", False),
        ("rules", "规则 rules.yaml", True),
    ):
        allocate.add_argument(f"--{name}", required=is_required, type=Path, metavar="文件", help=title)
    allocate.add_argument("--out", required=True, type=Path, metavar="文件夹", help="结果写到这个还不存在的文件夹")
    allocate.add_argument("--replace", action="store_true", help="文件夹里已经有一次完整的结果时，替换它")
    allocate.add_argument("--key", type=Path, metavar="文件", help="代号密钥（64 个十六进制字符）；不写就随机生成")
    allocate.add_argument("--commitment", metavar="摘要", help="事先公布的种子承诺；不相符就不计算")
    allocate.set_defaults(run=_command("running", "run_allocate"))

    check = commands.add_parser("check", help="检查各地区的招生规则；有错时逐条列出文件和行")
    check.add_argument("--on", default=None, metavar="日期", help="按哪一天的规定，例如 2026-12-01；不写就是今天")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=_command("declaring", "run_check"))

    certificate = commands.add_parser("certificate", help="写出一位考生的录取结果凭证")
    certificate.add_argument("folder", type=Path, metavar="结果文件夹", help="allocate 写出的文件夹")
    certificate.add_argument("candidate", metavar="考生编号")
    certificate.add_argument("--out", required=True, type=Path, metavar="文件", help="凭证写到这个文件")
    _signing(certificate, is_required=False)
    certificate.set_defaults(run=_command("proofs", "run_certificate"))

    sign = commands.add_parser(
        "sign",
        help="给一次运行的封存签名，把签名和公钥放进结果文件夹",
        description="签名以后公布：signature.json 写明运行说明的摘要和默克尔根是谁签的，keys.json 是公钥。",
    )
    sign.add_argument("folder", type=Path, metavar="结果文件夹", help="allocate 写出的文件夹")
    sign.add_argument("--title", default="", metavar="名称", help="这次运行的名称，写进签名文件")
    _signing(sign, is_required=True)
    sign.set_defaults(run=_command("signatures", "run_sign"))

    bundle = commands.add_parser("bundle", help="写出任何人都能重新计算的运行包，考生编号换成代号")
    bundle.add_argument("folder", type=Path, metavar="结果文件夹", help="allocate 写出的文件夹")
    bundle.add_argument("--out", required=True, type=Path, metavar="文件", help="运行包写到这个文件（.zip）")
    bundle.set_defaults(run=_command("proofs", "run_bundle"))

    rerun = commands.add_parser("rerun", help="重新计算运行包并逐项比较；有不同时退出码为 1")
    rerun.add_argument("bundle", type=Path, metavar="运行包")
    rerun.add_argument("--published", type=Path, metavar="文件夹", help="公布的结果文件夹，一并核对是不是同一次运行")
    rerun.set_defaults(run=_command("proofs", "run_rerun"))

    verify = commands.add_parser("verify", help="对照公布的结果核对一份凭证；不成立时退出码为 1")
    verify.add_argument("certificate", type=Path, metavar="凭证")
    verify.add_argument("--published", required=True, type=Path, metavar="文件夹", help="公布的结果文件夹")
    verify.add_argument(
        "--public-key", type=Path, metavar="文件", help="公钥（PEM 或 keys.json）；不写就用公布的文件夹里的 keys.json"
    )
    verify.set_defaults(run=_command("proofs", "run_verify"))


def _signing(parser: argparse.ArgumentParser, is_required: bool) -> None:
    parser.add_argument(
        "--signing-key", required=is_required, type=Path, metavar="文件", help="签名用的 Ed25519 私钥（PEM 格式）"
    )
    parser.add_argument("--issuer", default="", metavar="单位", help="签发单位的名称，写进签名")


def _command(module: str, name: str) -> Command:
    """The command of this name; its module is imported when it is run, so that other groups start at once."""

    def carry_out(options: argparse.Namespace) -> int:
        run: Command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        try:
            return run(options)
        except Refusal as refusal:
            from guantong.engines.matching.files.table import shorten

            raise shorten(refusal) from None
        except KeyboardInterrupt:
            sys.stderr.write("\n已经中断，没有写出任何结果。\n")
            return 130

    return carry_out
