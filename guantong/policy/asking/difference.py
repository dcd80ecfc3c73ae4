"""What changed in law between two days, as a region sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from guantong.policy import errors
from guantong.policy.asking.law import Answer, Law, long_day
from guantong.policy.asking.policy import Policy


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter (and scope) whose answer differs between two days."""

    kind: str
    """begun | ended | changed | renewed (the same value on another basis or in another manner)."""
    name: str
    label: str
    scope: str | None
    before: Answer | None
    after: Answer | None

    def sentence(self) -> str:
        """The change in one Chinese sentence with its clause."""
        scope = f"（{self.scope}）" if self.scope else ""
        head = f"{self.label}{scope}"
        if self.after is not None:
            since = long_day(self.after.in_force_from)
            basis = self.after.citation.sentence()
            if self.before is None:
                return f"{head}新增：{self.after.show()}，{since}起施行。依据：{basis}"
            if self.kind == "renewed":
                return f"{head}的值不变（{self.after.show()}），{since}起依据改为：{basis}"
            return f"{head}由 {self.before.show()} 改为 {self.after.show()}，{since}起施行。依据：{basis}"
        shown = self.before.show() if self.before is not None else ""
        return f"{head}的规定（{shown}）已经终止。"


def difference(policy: Policy, region: str, start: date, end: date, drafts: bool = False) -> tuple[Change, ...]:
    """Every parameter and scope whose resolved answer differs between ``start`` and ``end``, by name.

    An answer differs when its value, the way it binds, its region, or its clause differs. Refuses (POL-012) when
    ``start`` is after ``end``; a start before the first document counts as a day without law.
    """
    if start > end:
        raise errors.BAD_PERIOD.refuse(start=start, end=end)
    after = policy.law(region, end, drafts)
    first = policy.first_day(region)
    before = policy.law(region, start, drafts) if first is not None and start >= first else None
    return tuple(_changes(policy, region, before, after))


def scopes_of(policy: Policy, region: str, name: str) -> tuple[str | None, ...]:
    """The scopes (None: the general rule) a parameter has in a region's chain."""
    settings = policy.parameters[name].settings
    found = [key for code in policy.chain(region) if code in settings for key in settings[code].strands]
    return tuple(dict.fromkeys(found))


def _changes(policy: Policy, region: str, before: Law | None, after: Law) -> Iterator[Change]:
    for name, parameter in policy.parameters.items():
        for scope in scopes_of(policy, region, name):
            old = before.find(name, scope) if before is not None else None
            new = after.find(name, scope)
            if _essence(old) == _essence(new):
                continue
            kind = _kind(old, new)
            yield Change(kind, name, parameter.short_label, scope, old, new)


def _kind(old: Answer | None, new: Answer | None) -> str:
    if old is None:
        return "begun"
    if new is None:
        return "ended"
    same = (old.value, old.bound, old.exclusive) == (new.value, new.bound, new.exclusive)
    return "renewed" if same else "changed"


def _essence(answer: Answer | None) -> object:
    if answer is None:
        return None
    clauses = tuple((c.document, c.clause) for c in answer.citations)
    return answer.value, answer.bound, answer.practice, answer.exclusive, answer.region, answer.status, clauses
