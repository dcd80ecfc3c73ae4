"""Worked examples in words: what is declared, what the system holds, what comes of it and why.

They are the very files the check runs, and they are run here again: a page never says what is not so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import Refusal
from guantong.procedure.conditions import find_source
from guantong.procedure.conditions.facts import show_value

from .. import gates, library
from ..definition import Definition
from ..filling import answers_that_differ
from ..selectors.story import fields_told
from .reading import Deed, Example, read_examples
from .running import Prepared, prepare
from .walking import Differs, Walk

if TYPE_CHECKING:
    from guantong.policy.asking import Law, Policy

STATES = {"met": ("条件全部达到", "good"), "not_met": ("没有达到", "bad"), "unknown": ("还不能判断", "warn")}
MOST_REASONS = 6
MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class ExampleShown:
    """One example in words."""

    name: str
    on: date
    given: tuple[tuple[str, str], ...]
    """(field, answer): of the first example all, of the others what is different from it."""
    held: tuple[tuple[str, str], ...]
    """(fact, value): what the system holds, as the example supposes."""
    filled: tuple[str, ...]
    """Fields the system filled in."""
    differs: tuple[str, ...]
    """Fields whose answer is another than the system's."""
    word: str
    tone: str
    why: tuple[str, ...]
    """Sentences: what is not met, or why a deed is refused."""
    way: tuple[str, ...]
    """Step and deed, in order."""
    ends: str
    """Where it ends; empty where the example only judges the conditions."""


def examples_shown(
    policy: Policy, root: Path, definition: Definition, region: str, on: date
) -> tuple[ExampleShown, ...]:
    """Every example of the procedure as it stands in ``region`` on a day, in the order of the files.

    Those written for another definition of the same id (a child region's own) are left out.
    """
    files = tuple(
        (path, path.stat().st_mtime_ns)
        for held in policy.folders.values()
        if (path := root / held.region.folder / "cases" / "procedures" / f"{definition.id}.yaml").is_file()
    )
    return _shown(_Held(policy, definition), files, definition.digest, policy.version(region), region, on)


class _Held:
    """Hands policy and definition past the cache, whose key are files, digests, region and day."""

    def __init__(self, policy: Policy, definition: Definition) -> None:
        self.policy, self.definition = policy, definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=MOST_KEPT)
def _shown(
    held: _Held, files: tuple[tuple[Path, int], ...], digest: str, version: str, region: str, on: date
) -> tuple[ExampleShown, ...]:
    del digest, version, region, on
    policy, definition = held.policy, held.definition
    found: list[ExampleShown] = []
    first: Mapping[str, Any] | None = None
    for path, _ in files:
        try:
            examples = read_examples(path.read_text("utf-8"), file=path.name)
        except (OSError, UnicodeDecodeError, Refusal):
            continue  # the check names it; a page shows what can be read
        for example in examples:
            if example.procedure != definition.id or example.region not in policy.regions:
                continue
            entry = policy.procedures(example.region, example.on).get(example.procedure)
            if entry is None or library.parsed(entry.data, entry.place.file).digest != definition.digest:
                continue
            law = policy.law(example.region, example.on, drafts=True)
            try:
                ready = prepare(example, definition, law)
            except ValueError:
                continue
            found.append(_tell(ready, example, definition, law, first))
            first = first if first is not None else ready.example.declared
    return tuple(found)


def _tell(
    ready: Prepared, example: Example, definition: Definition, law: Law, first: Mapping[str, Any] | None
) -> ExampleShown:
    declared = ready.example.declared
    values, _ = gates.clean_declaration(definition.form, declared, definition.title)
    answers = dict(fields_told(definition.form, values))
    if first is not None:
        before, _ = gates.clean_declaration(definition.form, first, definition.title)
        told = dict(fields_told(definition.form, before))
        left_out = {title: "不填" for title in told if title not in answers}
        answers = {title: text for title, text in answers.items() if told.get(title) != text} | left_out
    titles = {field.id: field.title for field in definition.form}
    word, tone, why = _judged(ready, definition)
    way, ends, refused = _walked(ready.example, definition, law, ready)
    if refused:
        word, tone, why = "被拒绝", "bad", refused
    elif ends:
        outcome = definition.outcomes.get(ends)
        places = {
            **{s.id: s.title for s in definition.steps.values()},
            **{o.id: o.title for o in definition.outcomes.values()},
        }
        ends = places.get(ends, ends)
        if outcome is not None:
            word, tone = f"办理结果：{ends}", "good" if outcome.is_granted else "neutral"
    return ExampleShown(
        name=example.name,
        on=example.on,
        given=tuple(answers.items()),
        held=_held(example, ready),
        filled=tuple(titles[name] for name in titles if name in ready.filled),
        differs=tuple(titles[name] for name in answers_that_differ(definition, ready.facts, values)),
        word=word,
        tone=tone,
        why=tuple(why[:MOST_REASONS]),
        way=way,
        ends=ends,
    )


def _held(example: Example, ready: Prepared) -> tuple[tuple[str, str], ...]:
    """(fact, value) of what the example says the system holds."""
    found = []
    for name in example.facts:
        source, fact = find_source(name), ready.facts.get(name)
        title, kind, unit = (source.info.title, source.info.kind, source.info.unit) if source else (name, "text", "")
        if name.startswith(("title.", "title_")):
            title = f"{title}（{name.partition('.')[2]}）"
        found.append((title, show_value(fact.value if fact is not None else None, kind, unit)))
    return tuple(found)


def _judged(ready: Prepared, definition: Definition) -> tuple[str, str, tuple[str, ...]]:
    """(word, tone, sentences) of the conditions alone."""
    if definition.conditions is None:
        return "可以提交", "good", ()
    try:
        found = ready.judge(ready.example.declared)
    except Refusal as refusal:
        return "被拒绝", "bad", tuple(problem.message for problem in refusal.problems)
    if found is None:
        return "可以提交", "good", ()
    word, tone = STATES[found.state]
    return word, tone, tuple(problem.message for problem in found.problems())


def _walked(
    example: Example, definition: Definition, law: Law, ready: Prepared
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """(deeds in words, id of the place it ends at, sentences of the refusal it ends with)."""
    if not example.walk:
        return (), "", ()
    walk = Walk(definition, law, example.on, example.declared, example.materials, ready.judge)
    way: list[str] = []
    for deed in example.walk:
        way.append(_deed(definition, walk.place, deed))
        try:
            walk.take(deed)
        except Refusal as refusal:
            return tuple(way), "", tuple(problem.message for problem in refusal.problems)
        except Differs as differs:
            return tuple(way), "", (f"{differs}。",)
    return tuple(way), walk.place, ()


def _deed(definition: Definition, place: str, deed: Deed) -> str:
    """One deed: where, what, on which day where the example says."""
    step = definition.steps.get(place)
    where = (
        step.title if step is not None else definition.outcomes[place].title if place in definition.outcomes else place
    )
    places = {s.id: s.title for s in definition.steps.values()} | {o.id: o.title for o in definition.outcomes.values()}
    action = step.action(deed.do) if step is not None and deed.do else None
    own = {"lapse": "期满", "withdraw": "撤回", "appeal": "申诉"}.get(deed.do, deed.do)
    what = action.title if action is not None else f"转入“{places.get(deed.way, deed.way)}”" if deed.way else own
    to = f"，转到“{places.get(deed.to, deed.to)}”" if deed.to else ""
    on = f"（{deed.on.month}月{deed.on.day}日）" if deed.on is not None else ""
    return f"{where}：{what}{to}{on}"
