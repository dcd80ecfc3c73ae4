"""The independent check of an outcome: feasible, just, as the ties are ruled, and every statement true.

It allocates nothing and shares nothing with either implementation: the outcome is laid out as accounts and each account
is judged by itself. In common order what it accepts is the outcome of the page. It does not show that least limits are
the *best* stable ones (own priorities), nor that seats of quotas moved only when unfilled (it sees that they were
preserved and that none is left that should have moved); the second implementation answers for those.
"""

from __future__ import annotations

from dataclasses import dataclass

from guantong.engines.matching.checking.accounts import Accounts
from guantong.engines.matching.checking.facts import Facts
from guantong.engines.matching.checking.justice import Justice
from guantong.engines.matching.checking.rows import check_rows, check_seats
from guantong.engines.matching.checking.statements import Statements
from guantong.engines.matching.model import ADMITTING, NONE, Code, Instance, Outcome

__all__ = ["Violation", "check"]


_ADMITTING = frozenset(map(int, ADMITTING))


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: ``kind``, positions of candidate, choice and place (``NONE`` where none), a sentence."""

    kind: str
    candidate: int
    choice: int
    place: int
    sentence: str


def check(instance: Instance, outcome: Outcome) -> tuple[Violation, ...]:
    """Every violation of the page in an outcome; nothing when it is sound."""
    found: list[Violation] = []
    facts = Facts(instance)
    if not _shape(instance, outcome, found):
        return tuple(found)
    for candidate in range(len(instance.candidates)):
        _holding(facts, outcome, candidate, found)
    if found:
        return tuple(found)
    accounts = Accounts(facts, outcome)

    def tell(kind: str, candidate: int, place: int, sentence: str) -> None:
        found.append(Violation(kind, candidate, NONE, place, sentence))

    check_seats(facts, accounts, tell)
    if found:
        return tuple(found)
    justice = Justice(facts, accounts, tell)
    justice.judge()
    statements = Statements(facts, accounts, justice)
    for candidate in range(len(instance.candidates)):
        for choice in statements.untrue(candidate):
            place = outcome.place[candidate]
            found.append(Violation("verdict", candidate, choice, place, "这一志愿的说明与事实不符。"))
        if not statements.reason_is_true(candidate):
            found.append(Violation("reason", candidate, NONE, outcome.place[candidate], "结果的原因与事实不符。"))
    check_rows(facts, accounts, tell)
    return tuple(found)


def _shape(instance: Instance, outcome: Outcome, found: list[Violation]) -> bool:
    """Lengths, known codes and known places."""
    candidates, choices = len(instance.candidates), len(instance.choice_units)
    over_candidates = (outcome.place, outcome.slice, outcome.ordinal, outcome.reason)
    over_choices = (outcome.codes, outcome.keys, outcome.distances)
    codes = {int(code) for code in Code}
    sound = (
        all(len(column) == candidates for column in over_candidates)
        and all(len(column) == choices for column in over_choices)
        and set(outcome.codes) <= codes
        and set(outcome.reason) <= codes
        and all(NONE <= place < len(instance.places) for place in outcome.place)
        and all(NONE <= key < len(outcome.key_names) for key in outcome.keys)
    )
    if not sound:
        found.append(Violation("shape", NONE, NONE, NONE, "结果与名单的行数或代码对不上。"))
    return sound


def _holding(facts: Facts, outcome: Outcome, candidate: int, found: list[Violation]) -> None:
    """Who holds a place chose it, may sit there, and is told so once."""
    instance = facts.instance
    place, kind = outcome.place[candidate], outcome.slice[candidate]
    choices = instance.choices_of(candidate)
    codes = outcome.codes
    mine = codes[choices.start : choices.stop]
    admitting = [choice for choice, code in zip(choices, mine, strict=True) if code in _ADMITTING]

    def wrong(what: str, sentence: str) -> None:
        found.append(Violation(what, candidate, admitting[0] if admitting else NONE, place, sentence))

    if candidate in facts.fixed:
        if place != facts.fixed[candidate] or admitting or outcome.ordinal[candidate] != 0:
            wrong("fixed", "已经录取的考生不在原来的名额上。")
        elif kind not in facts.kinds(candidate, place):
            wrong("not_entitled", "考生不属于这一组名额。")
        return
    if place == NONE:
        if admitting or kind != NONE or outcome.ordinal[candidate] != 0:
            wrong("holding", "没有名额的考生却有录取的志愿。")
        return
    if candidate in facts.out:
        wrong("out", "被学校退档的考生不再参加本批次。")
    if len(admitting) != 1 or instance.ordinal(candidate, admitting[0]) != outcome.ordinal[candidate]:
        wrong("holding", "录取的志愿不是恰好一个，或序号对不上。")
    elif place not in facts.listed(admitting[0]):
        wrong("not_chosen", "考生没有填报这里。")
    elif kind not in facts.live(candidate, place):
        wrong("not_eligible", "考生不符合条件、没有达到控制线，或不属于这一组名额。")
