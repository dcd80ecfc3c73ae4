"""Are the published cut-offs those of the outcome, and are the seats they state the plan's?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from guantong.engines.matching.checking.accounts import Account, Accounts
from guantong.engines.matching.checking.facts import Facts, Target
from guantong.engines.matching.checking.justice import Tell
from guantong.engines.matching.lottery import number_of
from guantong.engines.matching.model import NONE, Cutoff


def check_seats(facts: Facts, accounts: Accounts, tell: Tell) -> None:
    """Every slice has rows; seats of a place add up to its plan less fixed placements; unfilled kept seats moved
    on.
    """
    instance, quotas = facts.instance, facts.rules.quotas
    expected = {(place, kind) for place in range(len(instance.places)) for kind in facts.slices(place)}
    rows = {(row.place, row.slice) for row in accounts.outcome.cutoffs if row.place is not None}
    if set(accounts.claimed) != expected or len(rows) != len(expected):
        tell("cutoff", NONE, NONE, "分数线的行与招生计划对不上。")
        return
    held = Counter((accounts.outcome.place[c], accounts.outcome.slice[c]) for c in accounts.choice_held)
    fixed_at: dict[int, list[int]] = {}
    for candidate, place_number in facts.fixed.items():
        fixed_at.setdefault(place_number, []).append(candidate)
    for number, place in enumerate(instance.places):
        start = {1 + q: quotas[q].seats_of(place.seats) for q in (kind - 1 for kind in facts.slices(number)[1:])}
        start[0] = place.seats - sum(start.values())
        for candidate, seat in _seated(facts, number, fixed_at.get(number, ()), start).items():
            if accounts.outcome.slice[candidate] != seat:
                tell("fixed", candidate, number, "已经录取的考生占用的名额组不对。")
        seats = {kind: accounts.claimed[number, kind] for kind in start}
        if sum(seats.values()) != sum(start.values()) or min(seats.values()) < 0:
            tell("seats", NONE, number, "各组名额加起来与招生计划对不上。")
        sources = _inflow(facts, number)
        for kind, count in seats.items():
            if kind not in sources and count > start[kind]:
                tell("seats", NONE, number, "这一组名额比计划多。")
            if kind and not _goes_somewhere(facts, number, kind):
                if count < start[kind]:
                    tell("seats", NONE, number, "不应转出的名额被转走了。")
            elif kind and count > held[number, kind]:
                tell("seats", NONE, number, "剩余的预留名额没有转出。")


def _seated(facts: Facts, place: int, fixed: Iterable[int], start: dict[int, int]) -> dict[int, int]:
    """Candidate → kind of seat of those placed before; their seats are taken out of ``start``.

    A seat is looked for in the candidate's own kinds, then by moving somebody who sits there; whoever finds none may
    take one that unfilled kinds had passed on, else stands over the plan.
    """
    path = {kind: list(_path(facts, place, kind)) for kind in start if kind}
    rights = {candidate: list(facts.kinds(candidate, place)) for candidate in fixed}
    at: dict[int, int] = {}

    def givers(kind: int, passed_on: bool) -> list[int]:
        """Kinds that may give a seat of this kind, nearest first."""
        far = sorted((line.index(kind), giver) for giver, line in path.items() if kind in line)
        return [kind, *(giver for _, giver in far)] if passed_on else [kind]

    def seated(candidate: int, passed_on: bool, asked: set[int]) -> bool:
        for kind in rights[candidate]:
            giver = next((one for one in givers(kind, passed_on) if start[one] > 0), None)
            if giver is not None:
                start[giver] -= 1
                at.pop(candidate, None)
                at[candidate] = kind
                return True
        for kind in rights[candidate]:
            if kind in asked:
                continue
            asked.add(kind)
            if any(seated(other, passed_on, asked) for other in [one for one, held in at.items() if held == kind]):
                at.pop(candidate, None)
                at[candidate] = kind
                return True
        return False

    without = [candidate for candidate in rights if not seated(candidate, False, set())]
    for candidate in without:
        if not seated(candidate, True, set()):
            at[candidate] = rights[candidate][0]
    return at


def _path(facts: Facts, place: int, kind: int) -> Iterator[int]:
    """The kinds through which unfilled seats of a kind pass on, nearest first."""
    following = _target(facts, place, kind)
    while following is not None:
        yield following
        following = _target(facts, place, following) if following else None


def _target(facts: Facts, place: int, kind: int) -> int | None:
    """Where unfilled seats of a slice go: a kind at the same place, or None."""
    quotas = facts.rules.quotas
    numbers = {quota.id: number for number, quota in enumerate(quotas)}
    name = quotas[kind - 1].unfilled_to
    while name not in ("ordinary", "none"):
        if 1 + numbers[name] in facts.slices(place):
            return 1 + numbers[name]
        name = quotas[numbers[name]].unfilled_to
    return 0 if name == "ordinary" else None


def _goes_somewhere(facts: Facts, place: int, kind: int) -> bool:
    return _target(facts, place, kind) is not None


def _inflow(facts: Facts, place: int) -> set[int]:
    """Kinds of seats at a place that others flow into."""
    found = {_target(facts, place, kind) for kind in facts.slices(place)[1:]}
    return {kind for kind in found if kind is not None}


def check_rows(facts: Facts, accounts: Accounts, tell: Tell) -> None:
    """Every row states the last of its account, or the tied set that closed it; in a sequential run of every ordinal
    at which there was one.
    """
    instance = facts.instance
    expected: list[Cutoff] = []
    for unit in range(len(instance.units)):
        places = list(instance.places_of_unit(unit))
        if facts.two_stages:
            for kind in sorted({kind for place in places for kind in facts.slices(place)}):
                inside = [(place, kind) for place in places if (place, kind) in accounts.claimed]
                expected += _rows(facts, accounts, unit, None, kind, inside)
        for place in places:
            for kind in facts.slices(place):
                expected += _rows(facts, accounts, unit, place, kind, [(place, kind)])
    for given, right in zip(accounts.outcome.cutoffs, expected, strict=False):
        if given != right:
            where = NONE if given.place is None else instance.place_index[given.place]
            tell("cutoff", NONE, where, "公布的分数线与录取结果不符。")
    if len(expected) != len(accounts.outcome.cutoffs):
        tell("cutoff", NONE, NONE, "分数线的行与招生计划对不上。")


def _rows(
    facts: Facts, accounts: Accounts, unit: int, place: int | None, kind: int, inside: list[Target]
) -> Iterator[Cutoff]:
    """The rows of a slice, or of a pool with the slices ``inside`` it."""
    is_pool = place is None
    target = (unit if place is None else place, kind)
    of_step = {step: accounts.account(step, target, pool=is_pool) for step in accounts.steps}
    said = [step for step, account in of_step.items() if account.holders or account.closed_by is not None]
    full = accounts.full_pools if is_pool else accounts.full_slices
    turned = {max(sum(one <= step for one in said), 1) for step in accounts.steps if (step, target) in full}
    for number, step in enumerate(said or [None], start=1):
        account = Account() if step is None else of_step[step]
        names: tuple[str, ...] = ()
        values: tuple[int | str | None, ...] = ()
        ordinal = step if facts.sequential else None
        if step is not None and account.holders:
            tied = [candidate for vector, candidate in account.holders if vector == account.worst]
            names, values = _vector(facts, tied[0], place)
            ordinal = max(_ordinal(accounts, candidate, step, is_pool) for candidate in tied)
        elif account.closed_by is not None:
            names, values = _vector(facts, account.closed_member, place)
        here = None if step is None else accounts.at(step)
        yield Cutoff(
            unit=facts.instance.units[unit],
            place=None if place is None else facts.instance.places[place].id,
            slice="ordinary" if kind == 0 else facts.rules.quotas[kind - 1].id,
            names=names,
            values=values,
            ordinal=ordinal,
            seats=sum(accounts.claimed[one] if here is None else here[one].seats for one in inside),
            admitted=0 if here is None else sum(len(here[one].holders) for one in inside),
            filed=len(account.holders),
            left=0 if account.closed_by is not None else sum(_left(accounts, here, one) for one in inside),
            full=number in turned,
        )


def _left(accounts: Accounts, here: dict[Target, Account] | None, target: Target) -> int:
    """Seats of a slice still open after a step."""
    if here is None:
        return accounts.claimed[target]
    account = here[target]
    return 0 if account.closed_by is not None else max(0, account.seats - len(account.holders))


def _ordinal(accounts: Accounts, candidate: int, step: int, of_file: bool) -> int:
    """The ordinal by which the candidate got the seat, or sent the file."""
    if step:
        return step
    instance = accounts.instance
    choice = accounts.choice_held.get(candidate)
    if choice is None and of_file:
        filed = [j for j in instance.choices_of(candidate) if j in accounts.filed_kind and not accounts.struck(j)]
        choice = filed[-1]
    return 0 if choice is None else instance.ordinal(candidate, choice)


def _vector(facts: Facts, candidate: int, place: int | None) -> tuple[tuple[str, ...], tuple[int | str | None, ...]]:
    names: list[str] = []
    values: list[int | str | None] = []
    if place is not None and facts.order.has_own(place):
        names.append("priority")
        values.append(facts.order.own(candidate, place))
    for key in facts.rules.order:
        column = facts.instance.columns[key.key]
        value = column.values[candidate]
        names.append(key.key)
        values.append(None if value == column.empty else value if column.texts is None else column.texts[value])
    if facts.rules.lottery_seed is not None and facts.rules.ties == "lottery":
        names.append("lottery")
        values.append(number_of(facts.rules.lottery_seed, facts.instance.candidates, candidate))
    return tuple(names), tuple(values)
