"""能算什么 and the best use: 60 achievements against a plan of 60 courses. CPU time of this process.

The plain loop is what a programmer would write by hand for one school's rules (成果置换): branches and lists, the same
answers as the engine, checked here before anything is measured. Accounts and plans are invented anew for every seed, so
what the engine remembers is what a run over a province would let it remember.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from bench.account import ON, invented_account, invented_plan
from bench.figures import Figure, at_least, at_most, share_of
from guantong.engines.conversion import (
    LAW_QUESTIONS,
    AchievementFacts,
    CompiledRules,
    LearnerFacts,
    PlanFacts,
    allocate,
    compile_rules,
    verdicts,
)
from guantong.engines.conversion.facts import LawNumber
from guantong.policy.asking import load_policy

REGIONS = Path(__file__).parents[1] / "regions"
RULESETS = REGIONS / "990000-demo" / "rulesets"
ACCOUNTS = 400
SOLVED = 25
Account = tuple[list[AchievementFacts], LearnerFacts]


def rulesets() -> dict[str, dict[str, object]]:
    """The demo rulesets by file name."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(RULESETS.glob("*.yaml"))}


def rate(work: Callable[[Account], object], accounts: list[Account], least_seconds: float = 1.0) -> float:
    """Accounts a second of CPU time of this process, at its best of three runs over all accounts."""
    best = 0.0
    for _ in range(3):
        begun, done = time.process_time(), 0
        while True:
            for account in accounts:
                work(account)
            done += len(accounts)
            spent = time.process_time() - begun
            if spent >= least_seconds:
                break
        best = max(best, done / spent)
    return best


def plain_loop(plan: PlanFacts) -> Callable[[Account], list[tuple[str, int, list[str]]]]:
    """成果置换 written by hand: for every achievement a code, hundredths, and the courses it may replace."""
    excluded = ("思想道德", "毛泽东思想", "习近平新时代", "形势与政策", "思想政治", "体育")
    courses = [
        c
        for c in plan.courses
        if c.is_convertible and c.credits_hundredths > 0 and not any(name in c.name for name in excluded)
    ]
    total = {True: 0, False: 0}
    for c in plan.courses:
        total[c.category == "public"] += c.credits_hundredths
    room = {kind: amount // 5 for kind, amount in total.items()}
    table = {
        ("4", 1): 500, ("4", 2): 400, ("4", 3): 400,
        ("3", 1): 400, ("3", 2): 300, ("3", 3): 300,
        ("2", 1): 200, ("2", 2): 100, ("2", 3): 100,
        ("5", 1): 600, ("5", 2): 600, ("5", 3): 600,
    }  # fmt: skip
    major = ("foundation", "core", "elective", "practice")

    def judge(account: Account) -> list[tuple[str, int, list[str]]]:
        achievements, learner = account
        found: list[tuple[str, int, list[str]]] = []
        for a in achievements:
            code = ""
            amount = a.recognised_hundredths or 0
            if a.kind in ("skill_grade", "vocational_qualification"):
                categories: tuple[str, ...] = major
            elif a.kind == "x_certificate":
                categories = major
                amount = min(amount, {"1": 200, "2": 300, "3": 400}[a.level])
            elif a.kind == "competition":
                categories = ("core", "elective", "practice")
                if a.level < "2":
                    code = "CNV-103"
                elif a.place is None or a.place > 3:
                    code = "CNV-108"
                else:
                    amount = min(amount, table[a.level, a.place])
            elif a.kind == "school_course":
                categories = ("public", "foundation", "elective")
                if int(a.grade) < 60:
                    code = "CNV-106"
            elif a.kind in ("military_skill", "work_experience", "training"):
                categories = ("practice", "elective")
                amount = min(amount, 400)
            else:
                categories = ()
                code = "CNV-101"
            if not code:
                if a.state != "recognised":
                    code = "CNV-112" if a.state in ("claimed", "deposited") else "CNV-113"
                elif a.valid_until is not None and a.valid_until < ON:
                    code = "CNV-118"
                elif a.issued_on is not None and a.issued_on > ON:
                    code = "CNV-134"
                elif a.used_hundredths:
                    code = "CNV-116"
                elif a.recognised_hundredths is not None and a.recognised_hundredths <= a.reserved_hundredths:
                    code = "CNV-114"
            if code:
                found.append((code, 0, []))
                continue
            amount -= a.reserved_hundredths
            options = []
            passed = 0
            for c in courses:
                if c.category in categories:
                    size = c.credits_hundredths
                    if size <= amount and size <= room[c.category == "public"]:
                        if c.code in learner.passed:
                            passed += 1
                        else:
                            options.append(c.code)
            if options:
                found.append(("CNV-100", amount, options))
            else:
                found.append(("CNV-128" if passed else "CNV-127", 0, []))
        return found

    return judge


def agree(
    compiled: CompiledRules, loop: Callable[[Account], list[tuple[str, int, list[str]]]], account: Account
) -> None:
    """The engine and the loop give the same codes and courses; a measurement of different work means nothing."""
    for mine, (code, _, options) in zip(list_courses(compiled, account), loop(account), strict=True):
        if mine[0] != code or list(mine[2]) != options:
            raise AssertionError(f"engine {mine}, loop {code} {options}")


def run() -> list[Figure]:
    """Verdict rates, the ratio to the loop, and the optimiser's median."""
    accounts = [invented_account(random.Random(seed)) for seed in range(ACCOUNTS)]
    plan = invented_plan(random.Random(7))
    figures: list[Figure] = []
    for name, document in rulesets().items():
        compiled = compile_rules(document, plan, {}, ON)
        bare = rate(lambda account, rules=compiled: verdicts(rules, *account), accounts)  # type: ignore[misc]
        told = rate(lambda account, rules=compiled: tell(rules, account), accounts)  # type: ignore[misc]
        note = f"verdicts without text {bare:,.0f}"
        figures.append(at_least(f"能算什么 {name}, every sentence written", told, "accounts/core-second", 3000, note))
    name = "2-outcome-replacement"
    compiled = compile_rules(rulesets()[name], plan, {}, ON)
    loop = plain_loop(plan)
    for account in accounts:
        agree(compiled, loop, account)
    mine, plain = rate(lambda account: list_courses(compiled, account), accounts), rate(loop, accounts)
    note = f"loop {plain:,.0f}; both give codes, credits and course lists, equal for {ACCOUNTS} accounts"
    figures.append(share_of(f"能算什么 {name} : plain loop", mine, plain, "accounts/core-second", 0.25, note))
    figures.extend(optimiser(accounts, {}, "school rules alone"))
    figures.extend(optimiser(accounts, demo_law(), "and the law of the demo region"))
    return figures


def tell(compiled: CompiledRules, account: Account) -> list[str]:
    """Every verdict as its whole sentence with clause and next step."""
    return [verdict.sentence() for verdict in verdicts(compiled, *account)]


def list_courses(compiled: CompiledRules, account: Account) -> list[tuple[str, int, tuple[str, ...]]]:
    """The same answer as the plain loop's."""
    return [(verdict.code, verdict.hundredths, verdict.open_courses) for verdict in verdicts(compiled, *account)]


def demo_law() -> dict[str, LawNumber]:
    """The numbers of the law in the demo region on the day of measurement."""
    law = load_policy(REGIONS).law(region="990000", on=ON)
    found = {q.key: law.find(q.parameter, scope=q.scope) for q in LAW_QUESTIONS}
    return {key: answer for key, answer in found.items() if answer is not None}


def optimiser(accounts: list[Account], law: Mapping[str, LawNumber], under: str) -> list[Figure]:
    """Milliseconds of CPU a best allocation takes, over several plans and accounts a ruleset."""
    figures: list[Figure] = []
    everything: list[float] = []
    better = proved = 0
    for name, document in rulesets().items():
        spent: list[float] = []
        for seed in range(SOLVED):
            compiled = compile_rules(document, invented_plan(random.Random(1000 + seed)), law, ON, strict=False)
            achievements, learner = accounts[seed]
            begun = time.process_time()
            best = allocate(compiled, achievements, learner)
            spent.append((time.process_time() - begun) * 1000)
            came = allocate(compiled, achievements, learner, "first_come")
            if best.objective < came.objective:
                raise AssertionError("the best use is worse than first come")
            better += best.hundredths > came.hundredths
            proved += best.proved == 3
        everything.extend(spent)
        note = f"largest {max(spent):.0f} ms"
        if not law:
            figures.append(at_most(f"best use {name}, median", statistics.median(spent), "ms", 10, note))
    count = len(everything)
    note = f"{better} of {count} convert more than first come, {proved} of {count} proved best in all parts"
    figures.append(at_most(f"best use, all rulesets, {under}, median", statistics.median(everything), "ms", 10, note))
    return figures
