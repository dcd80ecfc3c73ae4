"""``guantong credit`` and ``guantong samples``: what operators do at the terminal."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def register(groups: Any) -> None:
    """Add the ``credit`` group and the ``samples`` command."""
    parser: argparse.ArgumentParser = groups.add_parser("credit", help="学分银行：核账、封存、到期")
    commands = parser.add_subparsers(dest="command", metavar="操作", required=True)
    audit = commands.add_parser("audit", help="重算全部账户和成果，逐条核对摘要；有不符时退出码为 1")
    audit.add_argument("--json", action="store_true", help="以 JSON 输出")
    audit.set_defaults(run=run_audit)
    seal = commands.add_parser("seal", help="核账无误后封存全部账户的链头")
    seal.add_argument("--json", action="store_true", help="以 JSON 输出")
    seal.set_defaults(run=run_seal)
    expire = commands.add_parser("expire", help="登记已过有效期的成果")
    expire.set_defaults(run=run_expire)
    simulate = commands.add_parser("simulate", help="能算什么：按文件里的事实计算，不留记录")
    simulate.add_argument("--facts", required=True, metavar="文件", help="JSON 文件；写 - 从标准输入读")
    simulate.add_argument("--json", action="store_true", help="以 JSON 输出，与接口相同")
    simulate.set_defaults(run=run_simulate)
    replay = commands.add_parser("replay", help="按记录重算转换申请；有不同时退出码为 1")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("application", nargs="?", metavar="申请编号")
    which.add_argument("--all", action="store_true", help="全部申请")
    replay.add_argument("--json", action="store_true", help="以 JSON 输出")
    replay.set_defaults(run=run_replay)
    samples: argparse.ArgumentParser = groups.add_parser("samples", help="生成可以试着导入的样例表格")
    samples.add_argument("--out", type=Path, default=Path("samples/generated"), help="写到哪个文件夹")
    samples.add_argument("--rows", type=int, default=0, help="再写一份这么多行的大表，例如 100000")
    samples.set_defaults(run=run_samples)


def run_audit(options: argparse.Namespace) -> int:
    """Audit; exit status 1 when something does not agree."""
    from guantong.domains.credit.actions.auditing import audit_ledger
    from guantong.domains.credit.actions.nightly import fault_sentences

    def tell(count: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r已核对 {count:,} 条")

    report = audit_ledger(tell)
    if sys.stderr.isatty():
        sys.stderr.write("\r")
    sentences = fault_sentences(report)
    if options.json:
        made = {
            "ok": report.is_clean,
            "entries": report.entries,
            "accounts": report.accounts,
            "seal": report.seal_compared,
            "faults": [
                {"code": f.code, "sequence": f.sequence or None, "message": text}
                for f, text in zip(report.faults, sentences, strict=True)
            ],
        }
        sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
        return 0 if report.is_clean else 1
    for text in sentences:
        sys.stdout.write(text + "\n")
    verdict = "全部相符" if report.is_clean else f"发现 {len(report.faults)} 处不符"
    sys.stdout.write(f"核对 {report.entries} 条分录、{report.accounts} 个账户，{verdict}。{report.seal_compared}\n")
    return 0 if report.is_clean else 1


def run_seal(options: argparse.Namespace) -> int:
    """Audit, then seal; exit status 1 when something does not agree."""
    from guantong.domains.credit.actions.nightly import audit_and_seal, last_seal

    before = last_seal()
    outcome = audit_and_seal()
    seal = last_seal()
    is_sealed = seal is not None and (before is None or seal.pk != before.pk)
    if options.json:
        made: dict[str, object] = {"ok": is_sealed, "message": outcome}
        if is_sealed and seal is not None:
            made |= {"seal": seal.pk, "entries": seal.entries, "accounts": seal.accounts}
            made |= {"root": bytes(seal.root).hex(), "digest": bytes(seal.digest).hex()}
        sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(outcome + "\n")
        if is_sealed and seal is not None:
            sys.stdout.write(f"默克尔根 {bytes(seal.root).hex()}\n")
    return 1 if "不符" in outcome else 0


def run_expire(options: argparse.Namespace) -> int:
    """Post what has expired."""
    from guantong.domains.credit.actions.nightly import expire_all

    sys.stdout.write(expire_all() + "\n")
    return 0


def run_simulate(options: argparse.Namespace) -> int:
    """The answer of 能算什么 for a file of facts."""
    from guantong.base.accounts.public import VISITOR
    from guantong.domains.credit.errors import FACTS_FILE
    from guantong.domains.credit.selectors.simulating import show_answer, simulate
    from guantong.kernel.reading import read_json

    name: str = options.facts
    try:
        facts = read_json(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except OSError:
        raise FACTS_FILE.refuse(name=name, why="没有这个文件，或没有读它的权限") from None
    except ValueError:
        raise FACTS_FILE.refuse(name=name, why="内容不是可以读取的 JSON") from None
    found = simulate(facts, actor=VISITOR)
    text = json.dumps(found, ensure_ascii=False, indent=2) if options.json else "\n".join(show_answer(found))
    sys.stdout.write(text + "\n")
    return 0


def run_replay(options: argparse.Namespace) -> int:
    """Compute applications again from their records; exit status 1 when something differs."""
    from guantong.domains.credit.actions.replaying import replay_records

    count, differing = 0, []
    for found in replay_records(None if options.all else options.application):
        count += 1
        if found.differences:
            differing.append(found)
            if not options.json:
                sys.stdout.write("".join(f"申请 {found.number}：{why}\n" for why in found.differences))
    if options.json:
        made = {
            "ok": not differing,
            "applications": count,
            "differing": [{"application": d.number, "differences": list(d.differences)} for d in differing],
        }
        sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    else:
        verdict = "全部与记录相同" if not differing else f"其中 {len(differing)} 份与记录不同"
        sys.stdout.write(f"重算了 {count} 份申请，{verdict}。\n")
    return 1 if differing else 0


def run_samples(options: argparse.Namespace) -> int:
    """Write the sample sheets."""
    from guantong.domains.credit.sheets.samples.writing import write_samples

    for path, what in write_samples(options.out, options.rows):
        sys.stdout.write(f"{path}：{what}\n")
    return 0
