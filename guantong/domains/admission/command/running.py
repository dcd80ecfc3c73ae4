"""``guantong admission allocate``: read, compute twice, check, seal, publish whole or not at all."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from guantong.domains.admission.command.folders import INPUTS, KEY, publish, read_bytes, reserved
from guantong.engines import matching
from guantong.engines.matching.files import errors
from guantong.engines.matching.files.reading import NAMES, Files, Reading, read_files
from guantong.engines.matching.files.writing import reasons_csv, results_csv
from guantong.engines.matching.judging import selects
from guantong.engines.matching.sealing.formats import FORMAT, verifier_source
from guantong.engines.matching.sealing.identity import new_key, read_key
from guantong.engines.matching.sealing.manifest import (
    Checked,
    Sealed,
    check_commitment,
    facts_of_file,
    manifest_bytes,
    seal_under,
)
from guantong.kernel.refusal import Problem, Refusal, Where

SHOWN = 20


class Progress:
    """Lines on a terminal that tell what is being done; nothing elsewhere."""

    def __init__(self) -> None:
        self.is_shown = sys.stderr.isatty()
        self.number = 0

    def __call__(self, what: str) -> None:
        """The next step begins."""
        self.number += 1
        if self.is_shown:
            sys.stderr.write(f"{self.number}. {what}……\n")
            sys.stderr.flush()


def given_files(options: argparse.Namespace) -> Files:
    """The files named on the command line; Refusal with every one that cannot be read."""
    paths: dict[str, Path] = {what: path for what in NAMES if (path := getattr(options, what)) is not None}
    data: dict[str, bytes] = {}
    problems: list[Problem] = []
    for what, path in paths.items():
        try:
            data[what] = path.read_bytes()
        except OSError:
            problems.append(errors.NO_FILE.problem(where=Where(file=str(path))))
    if problems:
        raise Refusal(problems)
    return Files(data, {what: path.name for what, path in paths.items()})


def run_allocate(options: argparse.Namespace) -> int:
    """Carry out one run; exit status 1 when the implementations or the check disagree."""
    say = Progress()
    key_text = read_bytes(options.key).decode("ascii", "replace") if options.key is not None else new_key()
    key = read_key(key_text)
    with reserved(options.out, options.replace):
        say("读取和检查文件")
        files = given_files(options)
        reading = read_files(files)
        instance = reading.instance
        if options.commitment is not None:
            check_commitment(instance.rules.lottery_seed, options.commitment)
        say(f"第一套程序计算：{len(instance.candidates):,} 位考生，{len(instance.choice_units):,} 个志愿")
        outcome = matching.allocate(instance)
        say("第二套程序计算")
        other = matching.allocate_plainly(instance)
        mismatches = matching.compare(outcome, other)
        say("独立检查")
        violations = matching.check(instance, outcome)
        if mismatches or violations:
            _tell("两套程序的结果不同", mismatches)
            _tell("独立检查发现结果不合规则", violations)
            sys.stderr.write("没有写出任何结果。请保留全部输入文件并报告这一情况；查明原因以前，不要使用这次结果。\n")
            return 1
        say("封存")
        sealed = sealed_run(key, files, reading, outcome, Checked())
        say("写出结果")
        publish(options.out, files_of(sealed, files, key_text.strip().lower()))
    counts = sealed.manifest["counts"]
    sys.stdout.write(
        f"完成：{counts['candidates']} 位考生，{counts['choices']} 个志愿，{counts['seats']} 个名额，"
        f"录取 {counts['placed']} 人。两套程序结果一致，独立检查没有发现问题。\n"
        + "".join(f"提醒：规则里的{what}没有选中任何一项计划，没有起作用，请核对 places。\n" for what in idle(instance))
        + f"运行说明摘要 {sealed.digest}\n默克尔根 {sealed.manifest['result']['root']}\n"
        f"结果在“{options.out}”。其中 {INPUTS} 文件夹和两张逐人的表含考生信息，不要公布。\n"
    )
    return 0


def idle(instance: matching.Instance) -> list[str]:
    """The rules whose ``places`` choose no place of the plan, as people call them: often a slip of the pen."""
    rules = instance.rules
    found = [
        (f"{title}“{one.id}”", one.places)
        for title, listed in (("控制线", rules.lines), ("条件", rules.conditions), ("名额组", rules.quotas))
        for one in listed
    ]
    found += [(f"第 {number} 组权重", one.places) for number, one in enumerate(rules.weights, start=1)]
    return [what for what, chosen in found if not any(selects(chosen, place) for place in instance.places)]


def _tell(title: str, findings: tuple[Any, ...]) -> None:
    if findings:
        sys.stderr.write(f"{title}，共 {len(findings)} 处：\n")
        for one in findings[:SHOWN]:
            sys.stderr.write(f"　{one}\n")


def sealed_run(
    key: bytes, files: Files, reading: Reading, outcome: matching.Outcome, checked: Checked, layout: object = FORMAT
) -> Sealed:
    """The run under its seal; inputs are named as they are kept. ``layout``: the format when it is sealed again."""
    inputs = {NAMES[what]: facts_of_file(data, reading.rows.get(what)) for what, data in files.data.items()}
    return seal_under(key, reading.instance, outcome, inputs=inputs, checked=checked, layout=layout)


def files_of(sealed: Sealed, files: Files, key_text: str) -> dict[str, bytes]:
    """Every file of the folder of a run."""
    instance, outcome = sealed.instance, sealed.outcome
    found = {
        "results.csv": results_csv(instance, outcome),
        "reasons.csv": reasons_csv(instance, outcome),
        "cutoffs.csv": sealed.cutoffs,
        "places.csv": sealed.places,
        "rules.yaml": files.data["rules"],
        "verify_result.py": verifier_source(),
        "manifest.json": manifest_bytes(sealed.manifest),
        f"{INPUTS}/{KEY}": key_text.encode() + b"\n",
    }
    return found | {f"{INPUTS}/{NAMES[what]}": data for what, data in files.data.items()}
