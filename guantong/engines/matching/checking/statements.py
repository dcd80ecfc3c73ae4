"""Is what every choice was told true? Each statement is tested against the accounts, key and distance included."""

from __future__ import annotations

from collections.abc import Iterator

from guantong.engines.matching.checking.accounts import Account, Accounts
from guantong.engines.matching.checking.facts import Facts, Target
from guantong.engines.matching.checking.justice import Justice
from guantong.engines.matching.model import ADMITTING, LARGEST_DISTANCE, MISSING, NONE, SENT_BACK, Code

_ABOUT_TARGETS = frozenset((Code.BELOW_CUTOFF, Code.LOST_TIE, Code.QUOTA_FULL, Code.SERVED_EARLIER, Code.NO_SEATS))
_PLACING = frozenset((Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL))
Said = tuple[int, str | None, int | None]
"""What a choice is told: code, key, distance."""


class Statements:
    """Tests the verdicts of one outcome."""

    def __init__(self, facts: Facts, accounts: Accounts, justice: Justice) -> None:
        self.facts = facts
        self.accounts = accounts
        self.justice = justice
        self.instance = facts.instance
        self.outcome = accounts.outcome

    def said(self, choice: int) -> Said:
        """What a choice was told."""
        outcome = self.outcome
        key, distance = outcome.keys[choice], outcome.distances[choice]
        name = None if key == NONE else outcome.key_names[key]
        return outcome.codes[choice], name, None if distance == NONE else distance

    def untrue(self, candidate: int) -> Iterator[int]:
        """The choices of a candidate whose verdict is not true, or of the wrong sort for what became of the
        candidate.
        """
        choices = self.instance.choices_of(candidate)
        if candidate in self.facts.fixed:
            yield from (choice for choice in choices if self.said(choice) != (Code.PLACED_BEFORE, None, None))
            return
        held = self.accounts.choice_held.get(candidate, choices.stop)
        used: int | None = None
        for choice in range(choices.start, held):
            if not self._is_true(candidate, choice, used):
                yield choice
            if used is None and self._uses_the_file(candidate, choice):
                used = choice
        if held < choices.stop:
            if self.said(held) != (self._admitting(candidate), None, None):
                yield held
            yield from self._not_placed_higher(range(held + 1, choices.stop))

    def _not_placed_higher(self, choices: range) -> Iterator[int]:
        """Those after the one that holds that do not just say so; nearly always there is none."""
        outcome, after, count = self.outcome, slice(choices.start, choices.stop), len(choices)
        if (
            outcome.codes[after].count(Code.PLACED_HIGHER) != count
            or outcome.keys[after].count(NONE) != count
            or outcome.distances[after].count(NONE) != count
        ):
            yield from (choice for choice in choices if self.said(choice) != (Code.PLACED_HIGHER, None, None))

    def _uses_the_file(self, candidate: int, choice: int) -> bool:
        """Whether the one file had gone to this choice, which ended the batch."""
        if not self.facts.rules.one_shot:
            return False
        is_out = candidate in self.facts.out and bool(self._places_back(candidate, choice))
        return is_out or self.accounts.filing_came_back(choice)

    def _is_true(self, candidate: int, choice: int, used: int | None) -> bool:
        """Whether the verdict of a choice before the one held is true; ``used``: the earlier choice to which the one
        file had gone, when that ended the batch.
        """
        said = self.said(choice)
        if used is not None:
            return self._after_use(candidate, choice, said, used)
        code = said[0]
        if code == Code.SENT_BACK_BY_SCHOOL:
            return self._by_school(candidate, choice, said)
        if candidate in self.facts.out and self._places_back(candidate, choice):
            return False
        if code in _PLACING:
            return self._placing(candidate, choice, said)
        if code == Code.FILE_USED:
            return self._out_before(candidate, choice, said)
        offered = self.facts.offered(candidate, choice)
        if not offered:
            return self._nothing_live(candidate, choice, said)
        return code in _ABOUT_TARGETS and self._turned(candidate, choice, said, offered)

    def _admitting(self, candidate: int) -> Code:
        choice = self.accounts.choice_held[candidate]
        place, kind = self.outcome.place[candidate], self.outcome.slice[candidate]
        if place not in self.facts.wished(choice):
            return Code.ADMITTED_REASSIGNED
        step = self.accounts.step(candidate, choice)
        account = self.accounts.account(step, (place, kind))
        vector = self.facts.order.vector(candidate, place)
        over = len(account.holders) > account.seats and vector == account.worst
        if kind == 0:
            for quota in self.facts.ceilings(place, candidate):
                count, last = self.accounts.ceiling(place, quota)
                over = over or (count > self.accounts.room[place, quota] and last == (step, vector))
        return Code.ADMITTED_OVER_PLAN if over else Code.ADMITTED

    # --- files ------------------------------------------------------------------------------------------------
    def _places_back(self, candidate: int, choice: int) -> list[int]:
        sent_back = self.facts.sent_back
        return [p for p in self.facts.listed(choice) if (candidate, p) in sent_back] if sent_back else []

    def _after_use(self, candidate: int, choice: int, said: Said, used: int) -> bool:
        if candidate in self.facts.out and self._places_back(candidate, choice):
            return self._by_school(candidate, choice, said)
        return said == (Code.FILE_USED, "ordinal", self.instance.ordinal(candidate, used))

    def _by_school(self, candidate: int, choice: int, said: Said) -> bool:
        back = self._places_back(candidate, choice)
        if not back or (candidate not in self.facts.out and self.facts.offered(candidate, choice)):
            return False
        return said == (Code.SENT_BACK_BY_SCHOOL, self.facts.sent_back[candidate, back[0]], None)

    def _out_before(self, candidate: int, choice: int, said: Said) -> bool:
        """Out of the batch, and nothing would have turned the candidate away from this earlier choice."""
        choices = self.instance.choices_of(candidate)
        back = [other for other in choices if self._places_back(candidate, other)]
        if candidate not in self.facts.out or not back or choice > back[0]:
            return False
        if said != (Code.FILE_USED, "ordinal", self.instance.ordinal(candidate, back[0])):
            return False
        offered = self.facts.offered(candidate, choice)
        return bool(offered) and None in self._truths(candidate, choice, offered)

    def _placing(self, candidate: int, choice: int, said: Said) -> bool:
        facts, accounts = self.facts, self.accounts
        if not facts.two_stages:
            return False
        if accounts.struck(choice):
            return True
        kind, step = accounts.filed_kind[choice], accounts.step(candidate, choice)
        wished = facts.wished(choice)
        accepts = self.instance.accepts_reassignment(choice)
        if facts.rules.ties != "reject_all":
            others = [place for place in facts.unit_places(choice) if place not in wished]
            help_there = not accepts and any(
                self.justice.is_open_before(candidate, target, step)
                for target in facts.live_slices(candidate, others, kind)
            )
            if (said[0] == Code.SENT_BACK_PROGRAMMES) is not help_there:
                return False
        elif said[0] == Code.SENT_BACK_PROGRAMMES and accepts:
            return False
        there = [target for target in facts.live_slices(candidate, wished, kind) if accounts.claimed.get(target)]
        if not there:
            return said[1] is None and said[2] is None
        truths = [self._at_slice(candidate, target, step) for target in there]
        return said[1:] in [truth[1:] for truth in truths if truth is not None]

    # --- lines, conditions, targets ---------------------------------------------------------------------------
    def _nothing_live(self, candidate: int, choice: int, said: Said) -> bool:
        facts = self.facts
        if self._places_back(candidate, choice):
            return False
        first = facts.wished(choice)[0]
        conditions = facts.failed_conditions(candidate, first)
        if conditions:
            return said == (Code.NOT_ELIGIBLE, conditions[0], None)
        lines = facts.failed_lines(candidate, first, facts.kinds(candidate, first)[0])
        if not lines:
            return False
        value = self.instance.columns[lines[0].key].values[candidate]
        return said == (Code.BELOW_LINE, lines[0].id, None if value == MISSING else lines[0].at_least - value)

    def _turned(self, candidate: int, choice: int, said: Said, offered: dict[int, list[Target]]) -> bool:
        """True of one target at least; "no seats" only when true of all."""
        truths = self._truths(candidate, choice, offered)
        if None in truths:
            return False
        return truths.count(said) == len(truths) if said[0] == Code.NO_SEATS else said in truths

    def _truths(self, candidate: int, choice: int, offered: dict[int, list[Target]]) -> list[Said | None]:
        """What may truly be said of each target (slice, or in two stages pool) that turned the candidate away; None
        where it did not.
        """
        step = self.accounts.step(candidate, choice)
        if self.facts.two_stages:
            unit = self.instance.choice_units[choice]
            return [self._at_pool(candidate, (unit, kind), live, step) for kind, live in offered.items()]
        return [self._at_slice(candidate, target, step) for live in offered.values() for target in live]

    def _at_pool(self, candidate: int, pool: Target, live: list[Target], step: int) -> Said | None:
        accounts = self.accounts
        claimed, here = accounts.claimed, accounts.at(step)
        there = [target for target in live if claimed[target]]
        if not there:
            return (Code.NO_SEATS, None, None)
        if not any(here[target].seats for target in there):
            served = [accounts.last_served(target, step) for target in there]
            return (Code.SERVED_EARLIER, "ordinal", max(one for one in served if one is not None))
        closed = accounts.pool_closed_before(pool)
        if closed is not None and closed < step:
            return (Code.SERVED_EARLIER, "ordinal", closed)
        return self._by_rank(candidate, accounts.account(step, pool, pool=True), None)

    def _at_slice(self, candidate: int, target: Target, step: int) -> Said | None:
        accounts, facts = self.accounts, self.facts
        if not accounts.claimed.get(target):
            return (Code.NO_SEATS, None, None)
        account = accounts.account(step, target)
        if account.seats == 0:
            return (Code.SERVED_EARLIER, "ordinal", accounts.last_served(target, step))
        found = self._by_rank(candidate, account, target[0])
        if found is None and target[1] == 0:
            mark = step, facts.order.vector(candidate, target[0])
            for quota in facts.ceilings(target[0], candidate):
                count, last = accounts.ceiling(target[0], quota)
                if count >= accounts.room[target[0], quota] and (last is None or mark > last):
                    return (Code.QUOTA_FULL, facts.rules.quotas[quota].id, None)
        return found

    def _by_rank(self, candidate: int, account: Account, place: int | None) -> Said | None:
        """What the cut-off of an account says; ``place`` None: of a pool."""
        order = self.facts.order
        vector = order.vector(candidate, place)
        worst, last = account.holders[-1] if account.holders else (None, NONE)
        if account.closed_by is not None and vector >= account.closed_by:
            if vector == account.closed_by:
                return (Code.LOST_TIE, "ties", None)
            against = account.closed_member if last == NONE else last
            if vector <= order.vector(against, place):
                return None
        elif worst is not None and len(account.holders) >= account.seats and vector > worst:
            against = last
        else:
            return None
        key, distance = order.difference(candidate, against, place)
        code = Code.LOST_TIE if key == "lottery" else Code.BELOW_CUTOFF
        return (code, key, None if distance is None else min(distance, LARGEST_DISTANCE))

    def reason_is_true(self, candidate: int) -> bool:
        """Whether the reason of the candidate follows from the choices."""
        reason = Code(self.outcome.reason[candidate])
        choices = self.instance.choices_of(candidate)
        if candidate in self.facts.fixed:
            return reason == Code.PLACED_BEFORE
        if candidate in self.accounts.choice_held:
            code = Code(self.outcome.codes[self.accounts.choice_held[candidate]])
            return reason == code and code in ADMITTING
        if not choices:
            return reason == Code.NO_CHOICES
        back = [Code(self.outcome.codes[choice]) for choice in choices if self.outcome.codes[choice] in SENT_BACK]
        return reason == (back[0] if back else Code.NOT_PLACED)
