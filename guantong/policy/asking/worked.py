"""Worked examples of region folders (cases/*.yaml), run against the loaded law."""

from __future__ import annotations

from datetime import date

from guantong.kernel.refusal import Problem, Refusal
from guantong.policy import errors
from guantong.policy.asking.law import Answer
from guantong.policy.asking.policy import Policy
from guantong.policy.schema.shapes import Case
from guantong.policy.schema.units import as_written


def run_case(policy: Policy, case: Case) -> Problem | None:
    """None when the example holds; draft values are seen, as worked examples see both."""
    try:
        answer = policy.law(case.region, case.on, drafts=case.refuses is None).answer(case.parameter, case.scope)
    except Refusal as refusal:
        if case.refuses == refusal.code:
            return None
        expected = f"被拒绝（{case.refuses}）" if case.refuses else _shown(case.expect)
        return errors.CASE_FAILS.problem(
            where=case.place.where(), name=case.name, expected=expected, got=f"被拒绝（{refusal.code}）"
        )
    if case.refuses is not None:
        expected, got = f"被拒绝（{case.refuses}）", answer.show()
    elif not _is_same(case.expect, answer):
        expected, got = _shown(case.expect), _shown(as_written(answer.value, answer.unit))
    elif case.from_region is not None and case.from_region != answer.region:
        expected, got = f"来自地区 {case.from_region}", f"来自地区 {answer.region}"
    else:
        return None
    return errors.CASE_FAILS.problem(
        where=case.place.where(), basis=answer.citation, name=case.name, expected=expected, got=got
    )


def run_cases(policy: Policy, folder: str | None = None) -> tuple[int, list[Problem]]:
    """How many examples were run (of one region folder, or all), and those that do not hold."""
    cases = [
        case
        for held in policy.folders.values()
        if folder is None or held.region.folder == folder
        for case in held.cases
    ]
    return len(cases), [problem for case in cases if (problem := run_case(policy, case)) is not None]


def _is_same(expected: object, answer: Answer) -> bool:
    written = as_written(answer.value, answer.unit)
    return _plain(expected) == _plain(written) or _plain(expected) == _plain(answer.show())


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return "，".join(f"{key}：{_shown(item)}" for key, item in value.items())
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(_plain(value))
