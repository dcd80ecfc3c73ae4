"""Is what every choice was told true? Each statement is tested against the accounts, key and distance included."""

from __future__ import annotations

from guantong.engines.matching.checking.accounts import Accounts
from guantong.engines.matching.checking.facts import Facts, Target
from guantong.engines.matching.checking.justice import Justice
from guantong.engines.matching.model import ADMITTING, MISSING, NONE, SENT_BACK, Code, Verdict

_ABOUT_TARGETS = (Code.BELOW_CUTOFF, Code.LOST_TIE, Code.QUOTA_FULL, Code.SERVED_EARLIER, Code.NO_SEATS)


class Statements:
    """Tests the verdicts of one outcome."""

    def __init__(self, facts: Facts, accounts: Accounts, justice: Justice) -> None:
        self.facts = facts
        self.accounts = accounts
        self.justice = justice
        self.instance = facts.instance
        self.outcome = accounts.outcome

    def is_true(self, candidate: int, choice: int) -> bool:
        """Whether the verdict of a choice is true, and the right sort of verdict for what became of the candidate."""
        verdict = self.outcome.verdict(choice)
        if candidate in self.facts.fixed:
            return verdict == Verdict(Code.PLACED_BEFORE)
        held = self.accounts.choice_held.get(candidate)
        if held is not None and choice >= held:
            expected = self._admitting(candidate) if choice == held else Code.PLACED_HIGHER
            return verdict == Verdict(expected)
        used = self._used_before(candidate, choice)
        if used is not None:
            return self._after_use(candidate, choice, verdict, used)
        code = verdict.code
        if code == Code.SENT_BACK_BY_SCHOOL:
            return self._by_school(candidate, choice, verdict)
        if candidate in self.facts.out and self._places_back(candidate, choice):
            return False
        if code in (Code.SENT_BACK_PROGRAMMES, Code.SENT_BACK_FULL):
            return self._placing(candidate, choice, verdict)
        if code == Code.FILE_USED:
            return self._out_before(candidate, choice, verdict)
        live = self._live(candidate, choice)
        if not live:
            return self._nothing_live(candidate, choice, verdict)
        return code in _ABOUT_TARGETS and self._turned(candidate, choice, verdict, live)

    def _live(self, candidate: int, choice: int) -> list[Target]:
        facts = self.facts
        return facts.live_slices(candidate, facts.wished(choice) + facts.others(choice))

    def _admitting(self, candidate: int) -> Code:
        choice = self.accounts.choice_held[candidate]
        place, kind = self.outcome.place[candidate], self.outcome.slice[candidate]
        if place not in self.facts.wished(choice):
            return Code.ADMITTED_REASSIGNED
        step = self.accounts.step(candidate, choice)
        account = self.accounts.account(step, (place, kind))
        vector = self.facts.vector(candidate, place)
        over = len(account.holders) > account.seats and vector == account.worst
        if kind == 0:
            for quota in self.facts.ceilings(place, candidate):
                count, last = self.accounts.ceiling(place, quota)
                over = over or (count > self.accounts.room[place, quota] and last == (step, vector))
        return Code.ADMITTED_OVER_PLAN if over else Code.ADMITTED

    # --- files ------------------------------------------------------------------------------------------------
    def _places_back(self, candidate: int, choice: int) -> list[int]:
        facts = self.facts
        places = facts.wished(choice) + facts.others(choice)
        return [place for place in places if (candidate, place) in facts.sent_back]

    def _used_before(self, candidate: int, choice: int) -> int | None:
        """The earlier choice to which the one file had gone, when that ended the batch."""
        if not self.facts.rules.one_shot:
            return None
        for earlier in range(self.instance.choice_offsets[candidate], choice):
            if self.accounts.filing_came_back(earlier):
                return earlier
            if candidate in self.facts.out and self._places_back(candidate, earlier):
                return earlier
        return None

    def _after_use(self, candidate: int, choice: int, verdict: Verdict, used: int) -> bool:
        if candidate in self.facts.out and self._places_back(candidate, choice):
            return self._by_school(candidate, choice, verdict)
        return verdict == Verdict(Code.FILE_USED, "ordinal", self.instance.ordinal(candidate, used))

    def _by_school(self, candidate: int, choice: int, verdict: Verdict) -> bool:
        back = self._places_back(candidate, choice)
        if not back or (candidate not in self.facts.out and self._live(candidate, choice)):
            return False
        return verdict == Verdict(Code.SENT_BACK_BY_SCHOOL, self.facts.sent_back[candidate, back[0]])

    def _out_before(self, candidate: int, choice: int, verdict: Verdict) -> bool:
        """Out of the batch, and nothing would have turned the candidate away from this earlier choice."""
        choices = self.instance.choices_of(candidate)
        back = [other for other in choices if self._places_back(candidate, other)]
        if candidate not in self.facts.out or not back or choice > back[0]:
            return False
        if verdict != Verdict(Code.FILE_USED, "ordinal", self.instance.ordinal(candidate, back[0])):
            return False
        live = self._live(candidate, choice)
        return bool(live) and any(
            not self._statements(candidate, choice, target) for target in self._targets(candidate, choice, live)
        )

    def _placing(self, candidate: int, choice: int, verdict: Verdict) -> bool:
        facts, accounts = self.facts, self.accounts
        if not facts.two_stages:
            return False
        if accounts.struck(choice):
            return True
        kind, step = accounts.filed_kind[choice], accounts.step(candidate, choice)
        unit_places = list(self.instance.places_of_unit(self.instance.choice_units[choice]))
        others = [place for place in unit_places if place not in facts.wished(choice)]
        if facts.rules.ties != "reject_all":
            help_there = not self.instance.accepts_reassignment(choice) and any(
                self.justice.is_open_before(candidate, target, step)
                for target in facts.live_slices(candidate, others, kind)
            )
            if (verdict.code == Code.SENT_BACK_PROGRAMMES) is not help_there:
                return False
        elif verdict.code == Code.SENT_BACK_PROGRAMMES and self.instance.accepts_reassignment(choice):
            return False
        wished = [t for t in facts.live_slices(candidate, facts.wished(choice), kind) if accounts.claimed.get(t)]
        said = [statement for target in wished for statement in self._at_slice(candidate, target, step)]
        if not wished:
            return verdict.key is None and verdict.distance is None
        return (verdict.key, verdict.distance) in {(one.key, one.distance) for one in said}

    # --- lines, conditions, targets ---------------------------------------------------------------------------
    def _nothing_live(self, candidate: int, choice: int, verdict: Verdict) -> bool:
        facts = self.facts
        if self._places_back(candidate, choice):
            return False
        first = (facts.wished(choice) + facts.others(choice))[0]
        failed = facts.failed_conditions(candidate, first)
        if failed:
            return verdict == Verdict(Code.NOT_ELIGIBLE, failed[0])
        for line in facts.lines(first, facts.kinds(candidate, first)[0], candidate):
            if not facts.meets(line, candidate):
                value = self.instance.columns[line.key].values[candidate]
                distance = None if value == MISSING else line.at_least - value
                return verdict == Verdict(Code.BELOW_LINE, line.id, distance)
        return False

    def _targets(self, candidate: int, choice: int, live: list[Target]) -> list[Target]:
        """What the verdict may speak of: slices, or in two stages pools."""
        if not self.facts.two_stages:
            return live
        unit = self.instance.choice_units[choice]
        return [(unit, kind) for kind in self.facts.pools(candidate, choice)]

    def _turned(self, candidate: int, choice: int, verdict: Verdict, live: list[Target]) -> bool:
        """True of one target at least; "no seats" only when true of all."""
        said = [self._statements(candidate, choice, target) for target in self._targets(candidate, choice, live)]
        if any(not statements for statements in said):
            return False
        if verdict.code == Code.NO_SEATS:
            return all(verdict in statements for statements in said)
        return any(verdict in statements for statements in said)

    def _statements(self, candidate: int, choice: int, target: Target) -> set[Verdict]:
        """Everything that may truly be said of a target that turned the candidate away."""
        step = self.accounts.step(candidate, choice)
        if not self.facts.two_stages:
            return self._at_slice(candidate, target, step)
        facts, accounts = self.facts, self.accounts
        places = facts.wished(choice) + facts.others(choice)
        live = [t for t in facts.live_slices(candidate, places, target[1]) if accounts.claimed.get(t)]
        if not live:
            return {Verdict(Code.NO_SEATS)}
        if all(accounts.account(step, slice_).seats == 0 for slice_ in live):
            served = [accounts.last_served(slice_, step) for slice_ in live]
            return {Verdict(Code.SERVED_EARLIER, "ordinal", max(one for one in served if one is not None))}
        closed = accounts.pool_closed_before(target)
        if closed is not None and closed < step:
            return {Verdict(Code.SERVED_EARLIER, "ordinal", closed)}
        return self._by_rank(candidate, target, step, pool=True)

    def _at_slice(self, candidate: int, target: Target, step: int) -> set[Verdict]:
        accounts, facts = self.accounts, self.facts
        if not accounts.claimed.get(target):
            return {Verdict(Code.NO_SEATS)}
        if accounts.account(step, target).seats == 0:
            return {Verdict(Code.SERVED_EARLIER, "ordinal", accounts.last_served(target, step))}
        found = self._by_rank(candidate, target, step, pool=False)
        if not found and target[1] == 0:
            mark = step, facts.vector(candidate, target[0])
            for quota in facts.ceilings(target[0], candidate):
                count, last = accounts.ceiling(target[0], quota)
                if count >= accounts.room[target[0], quota] and (last is None or mark > last):
                    return {Verdict(Code.QUOTA_FULL, facts.rules.quotas[quota].id)}
        return found

    def _by_rank(self, candidate: int, target: Target, step: int, *, pool: bool) -> set[Verdict]:
        facts = self.facts
        account = self.accounts.account(step, target, pool=pool)
        place = None if pool else target[0]
        vector = facts.vector(candidate, place)
        last = account.holders[-1][1] if account.holders else NONE
        if account.closed_by is not None and vector >= account.closed_by:
            if vector == account.closed_by:
                return {Verdict(Code.LOST_TIE, "ties")}
            against = account.closed_member if last == NONE else last
        elif account.worst is not None and len(account.holders) >= account.seats and vector > account.worst:
            against = last
        else:
            return set()
        difference = facts.difference(candidate, against, place)
        if difference is None:
            return set()
        key, distance = difference
        code = Code.LOST_TIE if key == "lottery" else Code.BELOW_CUTOFF
        return {Verdict(code, key, None if distance is None else min(distance, 2**31 - 1))}

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
