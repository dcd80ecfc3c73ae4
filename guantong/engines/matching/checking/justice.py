"""Is everybody turned away rightly turned away? No justified envy, nothing wasted, ties as ruled, seats kept to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from itertools import groupby

from guantong.engines.matching.checking.accounts import Account, Accounts
from guantong.engines.matching.checking.facts import Facts, Target

Tell = Callable[[str, int, int, str], None]
"""Kind of violation, candidate, place, sentence."""


class Justice:
    """Walks through the steps, filling the accounts with who was turned away, and judges each account."""

    def __init__(self, facts: Facts, accounts: Accounts, tell: Tell) -> None:
        self.facts = facts
        self.accounts = accounts
        self.tell = tell
        self.instance = facts.instance

    def judge(self) -> None:
        """Judge every step."""
        for step in self.accounts.steps:
            self.accounts.open_step(step)
            if self.facts.two_stages:
                self.accounts.open_pools(step)
                self._filing(step)
                self._judge_all(step, pool=True)
            self._turned_at_slices(step)
            self._judge_all(step, pool=False)
            self.accounts.close_step(step)

    # --- who came where ---------------------------------------------------------------------------------------
    @cached_property
    def _came(self) -> dict[int, list[tuple[int, int, bool]]]:
        """For each step: candidate, choice and whether it was met, of every choice looked at, better ranked first."""
        found: dict[int, list[tuple[int, int, bool]]] = {step: [] for step in self.accounts.steps}
        everybody = sorted(self.accounts.taking_part(), key=lambda candidate: self.facts.vector(candidate, None))
        for candidate in everybody:
            for choice, met in self.accounts.looked_at(candidate):
                found[self.accounts.step(candidate, choice)].append((candidate, choice, met))
        return found

    def _filing(self, step: int) -> None:
        """Files sent and refused. The pool of a file that came back is not in the outcome: it is the first that was
        open.
        """
        facts, accounts = self.facts, self.accounts
        for _, rows in groupby(self._came[step], key=lambda row: facts.vector(row[0], None)):
            together = list(rows)
            unclear = [row for row in together if not row[2] and accounts.filing_came_back(row[1])]
            for candidate, choice, _ in unclear:
                open_kinds = self._open_kinds(candidate, choice, step)
                if len(open_kinds) == 1:
                    accounts.filed_kind[choice] = open_kinds[0]
            before = {
                (step, (unit, kind)): len(accounts.account(step, (unit, kind), pool=True).holders)
                for candidate, choice, _ in unclear
                for unit in [self.instance.choice_units[choice]]
                for kind in facts.pools(candidate, choice)
            }
            for candidate, choice, _ in together:
                if choice in accounts.filed_kind or (candidate, choice, False) not in unclear:
                    self._file(candidate, choice, step, accounts.filed_kind.get(choice))
            unknown = [(candidate, choice) for candidate, choice, _ in unclear if choice not in accounts.filed_kind]
            for (candidate, choice), kind in self._likely_kinds(unknown, step, before).items():
                accounts.filed_kind[choice] = kind
                self._file(candidate, choice, step, kind)
        for (number, _), account in accounts.pools.items():
            if number == step:
                account.holders.sort()

    def _open_kinds(self, candidate: int, choice: int, step: int) -> list[int]:
        """Kinds of pools in which a place of the list had an open seat for the candidate when the step began."""
        facts, accounts = self.facts, self.accounts
        places = facts.wished(choice) + facts.others(choice)
        unit = self.instance.choice_units[choice]
        return [
            kind
            for kind in facts.pools(candidate, choice)
            if accounts.account(step, (unit, kind), pool=True).seats > 0
            and any(accounts.account(step, slice_).seats > 0 for slice_ in facts.live_slices(candidate, places, kind))
        ]

    def _file(self, candidate: int, choice: int, step: int, filed: int | None) -> None:
        """Enter one file, and the pools passed on the way to it."""
        facts, accounts = self.facts, self.accounts
        unit = self.instance.choice_units[choice]
        places = facts.wished(choice) + facts.others(choice)
        for kind in facts.pools(candidate, choice):
            if kind == filed:
                break
            accounts.full_pools.add((unit, kind))
            live = facts.live_slices(candidate, places, kind)
            if any(accounts.account(step, target).seats > 0 for target in live):
                pool = accounts.account(step, (unit, kind), pool=True)
                pool.turn_away(candidate, facts.vector(candidate, None))
        if filed is not None:
            account = accounts.account(step, (unit, filed), pool=True)
            account.holders.append((facts.vector(candidate, None), candidate))

    def _likely_kinds(
        self, unknown: list[tuple[int, int]], step: int, before: dict[tuple[int, Target], int]
    ) -> dict[tuple[int, int], int]:
        """The pools of returned files of one tied set: the first that still took files, as far as the files known
        tell.
        """
        kinds_of = {row: self._open_kinds(*row, step) for row in unknown}
        while True:
            found = {row: self._first_kind(row, kinds, step, before) for row, kinds in kinds_of.items()}
            if self.facts.rules.ties != "reject_all":
                return found
            crowd: dict[Target, list[tuple[int, int]]] = {}
            for row, kind in found.items():
                crowd.setdefault((self.instance.choice_units[row[1]], kind), []).append(row)
            moved = False
            for pool, rows in crowd.items():
                account = self.accounts.account(step, pool, pool=True)
                if len(account.holders) + len(rows) <= account.seats:
                    continue
                for row in rows:
                    if len(kinds_of[row]) > 1:
                        kinds_of[row].remove(pool[1])
                        moved = True
            if not moved:
                return found

    def _first_kind(
        self, row: tuple[int, int], kinds: list[int], step: int, before: dict[tuple[int, Target], int]
    ) -> int:
        candidate, choice = row
        unit = self.instance.choice_units[choice]
        vector = self.facts.vector(candidate, None)
        for kind in kinds:
            account = self.accounts.account(step, (unit, kind), pool=True)
            passed = account.best_turned is not None and account.best_turned <= vector
            if self.facts.rules.ties == "reject_all" and passed:
                continue
            if before.get((step, (unit, kind)), 0) < account.seats:
                return kind
        return (kinds or self.facts.pools(candidate, choice) or [0])[-1]

    def _turned_at_slices(self, step: int) -> None:
        """Who passed which slice, better ranked candidates first (the order of reassignment may look back at them)."""
        facts, accounts = self.facts, self.accounts
        for candidate, choice, met in self._came[step]:
            if facts.two_stages and choice not in accounts.filed_kind:
                continue
            kind = accounts.filed_kind[choice] if facts.two_stages else None
            wished = facts.live_slices(candidate, facts.wished(choice), kind)
            held = (accounts.outcome.place[candidate], accounts.outcome.slice[candidate])
            passed = wished[: wished.index(held)] if met and held in wished else wished
            accounts.full_slices.update(passed)
            if not met or held not in wished:
                others = self._others(candidate, choice, step, kind)
                if not met:
                    accounts.full_slices.update(others)
                passed = passed + (others[: others.index(held)] if met else others)
            for target in passed:
                accounts.account(step, target).turn_away(candidate, facts.vector(candidate, target[0]))

    def _others(self, candidate: int, choice: int, step: int, kind: int | None) -> list[Target]:
        """Live slices of the places of reassignment, in its order."""
        facts = self.facts
        places = facts.others(choice)

        def could_use(place: int) -> int:
            return sum(self.left_before(candidate, t, step) for t in facts.live_slices(candidate, [place], kind))

        if facts.rules.reassignment == "most_seats_left":
            places.sort(key=lambda place: -could_use(place))
        return facts.live_slices(candidate, places, kind)

    def left_before(self, candidate: int, target: Target, step: int) -> int:
        """Open seats of a slice when the candidate's tied set came (common order)."""
        account = self.accounts.account(step, target)
        vector = self.facts.vector(candidate, target[0])
        best = account.best_turned
        closed = self.facts.rules.ties == "reject_all" and best is not None and best < vector
        return 0 if closed else max(0, account.seats - account.better_than(vector))

    def is_open_before(self, candidate: int, target: Target, step: int) -> bool:
        """Whether seats and ceilings let the candidate in when the tied set came; a set closing itself out is no
        sign.
        """
        if self.left_before(candidate, target, step) == 0 or self.facts.rules.ties == "reject_all":
            return False
        if target[1]:
            return True
        mark = step, self.facts.vector(candidate, target[0])
        for quota in self.facts.ceilings(target[0], candidate):
            before = bisect_left(self.accounts.members_of(target[0], quota), mark)
            if before >= self.accounts.room[target[0], quota]:
                return False
        return True

    # --- judging ----------------------------------------------------------------------------------------------
    def _judge_all(self, step: int, *, pool: bool) -> None:
        found = self.accounts.pools if pool else self.accounts.slices
        for (number, target), account in list(found.items()):
            if number == step:
                self._judge(step, target, account, pool=pool)

    def _judge(self, step: int, target: Target, account: Account, *, pool: bool) -> None:
        place = None if pool else target[0]
        where = self.instance.unit_places[self.instance.unit_offsets[target[0]]] if pool else target[0]
        ties = self.facts.rules.ties
        held, worst = len(account.holders), account.worst
        if worst is not None and held > account.seats:
            over_by_tie = ties == "admit_all" and account.better_than(worst) < account.seats
            if not over_by_tie:
                self.tell("over_seats", account.holders[-1][1], where, "录取（投档）人数超过了名额。")
        waiting = list(account.turned)
        if not pool and target[1] == 0:
            waiting = [candidate for candidate in waiting if not self._ceiling_full(candidate, target[0], step)]
            self._judge_ceilings(target[0], step, account)
        if account.seats == 0 or not waiting:
            return
        vectors = {candidate: self.facts.vector(candidate, place) for candidate in waiting}
        if ties == "reject_all" and held < account.seats:
            best = min(vectors.values())
            account.closed_by = best
            account.closed_member = min(candidate for candidate in waiting if vectors[candidate] == best)
            tied = sum(vector == best for vector in vectors.values())
            if held + tied <= account.seats:
                self.tell("waste", account.closed_member, where, "名额空着，想要的合格考生却没有得到。")
            if worst is not None and worst >= best:
                self.tell("envy", account.closed_member, where, "排在后面的考生得到了名额。")
            return
        for candidate, vector in vectors.items():
            if held < account.seats:
                self.tell("waste", candidate, where, "名额空着，想要的合格考生却没有得到。")
            elif worst is not None and vector < worst:
                self.tell("envy", candidate, where, "排在后面的考生得到了名额。")
            elif vector == worst:
                self.tell("tie", candidate, where, "各项都相同的考生得到了名额。")

    def _ceiling_full(self, candidate: int, place: int, step: int) -> bool:
        mark = step, self.facts.vector(candidate, place)
        for quota in self.facts.ceilings(place, candidate):
            count, last = self.accounts.ceiling(place, quota)
            if count >= self.accounts.room[place, quota] and (last is None or mark > last):
                return True
        return False

    def _judge_ceilings(self, place: int, step: int, account: Account) -> None:
        for quota in self.facts.ceilings(place):
            count, last = self.accounts.ceiling(place, quota)
            room = self.accounts.room[place, quota]
            if count <= room or last is None or last[0] != step:
                continue
            tied = sum(
                vector == last[1] and quota in self.facts.ceilings(place, candidate)
                for vector, candidate in account.holders
            )
            if self.facts.rules.ties != "admit_all" or count - tied >= room:
                self.tell("over_ceiling", account.holders[-1][1], place, "超过了这一人群的上限。")
