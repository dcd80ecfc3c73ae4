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
        self._vector = facts.order.vector

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
        everybody = sorted(self.accounts.taking_part(), key=self.facts.order.rank.__getitem__)
        for candidate in everybody:
            for choice, met in self.accounts.looked_at(candidate):
                found[self.accounts.step(candidate, choice)].append((candidate, choice, met))
        return found

    def _filing(self, step: int) -> None:
        """Files sent and refused. The pool of a file that came back is not in the outcome: it is the first that was
        open.
        """
        accounts, rank = self.accounts, self.facts.order.rank
        for _, rows in groupby(self._came[step], key=lambda row: rank[row[0]]):
            together = list(rows)
            unclear = [row for row in together if not row[2] and accounts.filing_came_back(row[1])]
            if unclear:
                self._file_unclear(together, unclear, step)
                continue
            for candidate, choice, _ in together:
                self._file(candidate, choice, step, accounts.filed_kind.get(choice))
        for account in accounts.at(step, pool=True).values():
            account.holders.sort()

    def _file_unclear(
        self, together: list[tuple[int, int, bool]], unclear: list[tuple[int, int, bool]], step: int
    ) -> None:
        """Files of one tied set of which some came back."""
        facts, accounts = self.facts, self.accounts
        for candidate, choice, _ in unclear:
            open_kinds = self._open_kinds(candidate, choice, step)
            if len(open_kinds) == 1:
                accounts.filed_kind[choice] = open_kinds[0]
        before = {
            (unit, kind): len(accounts.account(step, (unit, kind), pool=True).holders)
            for candidate, choice, _ in unclear
            for unit in [self.instance.choice_units[choice]]
            for kind in facts.offered(candidate, choice)
        }
        for candidate, choice, met in together:
            if choice in accounts.filed_kind or met or not accounts.filing_came_back(choice):
                self._file(candidate, choice, step, accounts.filed_kind.get(choice))
        unknown = [(candidate, choice) for candidate, choice, _ in unclear if choice not in accounts.filed_kind]
        for (candidate, choice), kind in self._likely_kinds(unknown, step, before).items():
            accounts.filed_kind[choice] = kind
            self._file(candidate, choice, step, kind)

    def _open_kinds(self, candidate: int, choice: int, step: int) -> list[int]:
        """Kinds of pools in which a place of the list had an open seat for the candidate when the step began."""
        accounts, unit = self.accounts, self.instance.choice_units[choice]
        return [
            kind
            for kind, live in self.facts.offered(candidate, choice).items()
            if accounts.account(step, (unit, kind), pool=True).seats > 0 and self._has_seats(live, step)
        ]

    def _has_seats(self, live: list[Target], step: int) -> bool:
        """Whether any of these slices had seats when the step began."""
        found = self.accounts.at(step)
        return any(found[target].seats for target in live)

    def _file(self, candidate: int, choice: int, step: int, filed: int | None) -> None:
        """Enter one file, and the pools passed on the way to it."""
        accounts, unit = self.accounts, self.instance.choice_units[choice]
        rank = self.facts.order.rank[candidate]
        for kind, live in self.facts.offered(candidate, choice).items():
            if kind == filed:
                break
            accounts.full_pools.add((step, (unit, kind)))
            if self._has_seats(live, step):
                accounts.account(step, (unit, kind), pool=True).turn_away(candidate, rank)
        if filed is not None:
            accounts.account(step, (unit, filed), pool=True).holders.append((rank, candidate))

    def _likely_kinds(
        self, unknown: list[tuple[int, int]], step: int, before: dict[Target, int]
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

    def _first_kind(self, row: tuple[int, int], kinds: list[int], step: int, before: dict[Target, int]) -> int:
        candidate, choice = row
        unit = self.instance.choice_units[choice]
        vector = self._vector(candidate, None)
        for kind in kinds:
            account = self.accounts.account(step, (unit, kind), pool=True)
            passed = account.best_turned is not None and account.best_turned <= vector
            if self.facts.rules.ties == "reject_all" and passed:
                continue
            if before.get((unit, kind), 0) < account.seats:
                return kind
        return (kinds or list(self.facts.offered(candidate, choice)) or [0])[-1]

    def _turned_at_slices(self, step: int) -> None:
        """Who passed which slice, better ranked candidates first (the order of reassignment may look back at them)."""
        facts, accounts, outcome = self.facts, self.accounts, self.accounts.outcome
        here, full, vector = accounts.at(step), set[Target](), self._vector
        kind: int | None = None
        for candidate, choice, met in self._came[step]:
            if facts.two_stages:
                kind = accounts.filed_kind.get(choice)
                if kind is None:
                    continue
            passed = facts.live_slices(candidate, facts.wished(choice), kind)
            held = (outcome.place[candidate], outcome.slice[candidate]) if met else None
            if held in passed:
                passed = passed[: passed.index(held)]
                full.update(passed)
            else:
                full.update(passed)
                if others := self._others(candidate, choice, step, kind):
                    if held is None:
                        full.update(others)
                    passed = passed + others[: None if held is None else others.index(held)]
            for target in passed:
                here[target].turn_away(candidate, vector(candidate, target[0]))
        accounts.full_slices.update((step, target) for target in full)

    def _others(self, candidate: int, choice: int, step: int, kind: int | None) -> list[Target]:
        """Live slices of the places of reassignment, in its order."""
        facts = self.facts
        places = facts.others(choice)
        if not places:
            return []

        def could_use(place: int) -> int:
            return sum(self.left_before(candidate, t, step) for t in facts.live_slices(candidate, [place], kind))

        if facts.rules.reassignment == "most_seats_left":
            places = sorted(places, key=lambda place: -could_use(place))
        return facts.live_slices(candidate, places, kind)

    def left_before(self, candidate: int, target: Target, step: int) -> int:
        """Open seats of a slice when the candidate's tied set came (common order)."""
        account = self.accounts.account(step, target)
        vector = self._vector(candidate, target[0])
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
        mark = step, self._vector(candidate, target[0])
        for quota in self.facts.ceilings(target[0], candidate):
            before = bisect_left(self.accounts.members_of(target[0], quota), mark)
            if before >= self.accounts.room[target[0], quota]:
                return False
        return True

    # --- judging ----------------------------------------------------------------------------------------------
    def _judge_all(self, step: int, *, pool: bool) -> None:
        for target, account in list(self.accounts.at(step, pool=pool).items()):
            self._judge(step, target, account, pool=pool)

    def _judge(self, step: int, target: Target, account: Account, *, pool: bool) -> None:
        where = self.instance.unit_places[self.instance.unit_offsets[target[0]]] if pool else target[0]
        ties = self.facts.rules.ties
        held, worst = len(account.holders), account.worst
        if worst is not None and held > account.seats:
            over_by_tie = ties == "admit_all" and account.better_than(worst) < account.seats
            if not over_by_tie:
                self.tell("over_seats", account.holders[-1][1], where, "录取（投档）人数超过了名额。")
        if not pool and target[1] == 0:
            self._judge_ceilings(target[0], step, account)
        if account.seats == 0 or account.best_turned is None:
            return
        if worst is not None and held >= account.seats and account.best_turned > worst:
            return
        waiting = account.turned
        if not pool and target[1] == 0 and self.facts.ceilings(target[0]):
            waiting = [one for one in waiting if not self._ceiling_full(one[1], target[0], step)]
        if not waiting:
            return
        if ties == "reject_all" and held < account.seats:
            best, member = min(waiting)
            account.closed_by, account.closed_member = best, member
            tied = sum(vector == best for vector, _ in waiting)
            if held + tied <= account.seats:
                self.tell("waste", member, where, "名额空着，想要的合格考生却没有得到。")
            if worst is not None and worst >= best:
                self.tell("envy", member, where, "排在后面的考生得到了名额。")
            return
        for vector, candidate in waiting:
            if held < account.seats:
                self.tell("waste", candidate, where, "名额空着，想要的合格考生却没有得到。")
            elif worst is not None and vector < worst:
                self.tell("envy", candidate, where, "排在后面的考生得到了名额。")
            elif vector == worst:
                self.tell("tie", candidate, where, "各项都相同的考生得到了名额。")

    def _ceiling_full(self, candidate: int, place: int, step: int) -> bool:
        mark = step, self._vector(candidate, place)
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
