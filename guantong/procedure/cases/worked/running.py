"""Running worked examples against the loaded law, and which procedures have none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.procedure.conditions import (
    Evaluation,
    Fact,
    Group,
    Node,
    compile_conditions,
    find_source,
)
from guantong.procedure.conditions.facts import CASE_DAY, read_written
from guantong.procedure.conditions.tree import TITLE_PREFIX

from .. import errors, gates, library
from ..declaring import cite_of, declared_facts, info_in, system_facts_of
from ..definition import Definition
from ..filling import answers_that_differ, filled_in
from .reading import Example, read_examples
from .walking import Differs, Walk

if TYPE_CHECKING:
    from guantong.policy.asking import Law, Policy

MUST_HAVE_EXAMPLES = ("projects.declaration", "registers.title", "publicity.complaint")
"""Subjects of the procedures that are region data alone: each needs worked examples."""


def run_examples(policy: Policy, root: Path, only: Container[str] | None = None) -> tuple[int, list[Problem]]:
    """(how many were run, what does not hold) of every example below ``root``; ``only`` these procedures.

    A procedure of :data:`MUST_HAVE_EXAMPLES` without an example in its own region folder (or one of a child region) is
    a problem (PRC-043).
    """
    problems: list[Problem] = []
    examples: list[Example] = []
    for file in sorted(root.glob("[0-9]*/cases/procedures/*.yaml")):
        name = f"{root.name}/{file.relative_to(root).as_posix()}"
        try:
            examples += read_examples(file.read_text("utf-8"), file=name)
        except (OSError, UnicodeDecodeError):
            problems.append(errors.FILE_UNREADABLE.problem(where=Where(file=name), file=name))
        except Refusal as refusal:
            problems += refusal.problems
    wanted = [e for e in examples if only is None or e.procedure in only]
    for example in wanted:
        problems += _run(policy, example)
    return len(wanted), problems + _without(policy, examples, only)


def _without(policy: Policy, examples: Sequence[Example], only: Container[str] | None) -> list[Problem]:
    problems = []
    for code, held in policy.folders.items():
        for entry in held.raw.get("procedures", ()):
            if entry.data.get("subject") not in MUST_HAVE_EXAMPLES or (only is not None and entry.id not in only):
                continue
            known = policy.regions
            if not any(
                e.procedure == entry.id and e.region in known and code in policy.chain(e.region) for e in examples
            ):
                where = Where(file=entry.place.file, line=entry.place.line)
                problems.append(errors.NO_EXAMPLES.problem(where=where, id=entry.id))
    return problems


def _is_below(policy: Policy, region: str, code: str) -> bool:
    return region in policy.regions and code in policy.chain(region)


def _run(policy: Policy, example: Example) -> list[Problem]:
    try:
        law = policy.law(example.region, example.on, drafts=True)
        entry = policy.procedures(example.region, example.on).get(example.procedure)
        if entry is None:
            region = policy.regions[example.region].name_zh
            raise errors.NO_SUCH_PROCEDURE.refuse(
                region=region, day=example.on.isoformat(), definition=example.procedure
            )
        definition = library.parsed(entry.data, entry.place.file)
    except Refusal as refusal:
        return [_fails(example, "能够读到事项定义和规定", problem.sentence()) for problem in refusal.problems[:1]]
    return run_one(example, definition, law)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example ready to be judged and walked: with what the system fills in, its facts, and the judge."""

    example: Example
    facts: Mapping[str, Fact]
    filled: frozenset[str]
    """Ids of the fields the system filled in."""
    judge: Callable[..., Evaluation | None]
    """(declared, day) → the conditions; refuses what cannot be read."""


def prepare(example: Example, definition: Definition, law: Law) -> Prepared:
    """The example under one definition and law. Raises ``ValueError`` with what is wrong with its facts, in Chinese."""
    facts = _facts(example, definition)
    if isinstance(facts, str):
        raise ValueError(facts)
    held: Mapping[str, Fact] = facts
    known = {field.id for field in definition.form if field.from_fact in facts}
    answered = {key: value for key, value in example.declared.items() if value is not None or key not in known}
    complete = replace(example, declared=filled_in(definition, facts, answered))

    def judge(declared: Mapping[str, Any], on: date | None = None) -> Evaluation | None:
        if definition.conditions is None:
            return None
        values, problems = gates.clean_declaration(definition.form, declared, definition.title)
        if problems:
            raise Refusal(problems)
        compiled = compile_conditions(definition.conditions, law, info=lambda n: info_in(definition, n), cite=cite_of)
        day = {CASE_DAY: Fact(on or example.on, "case", "例子")}
        return compiled.evaluate({**day, **declared_facts(definition.form, values), **held})

    return Prepared(complete, facts, frozenset(complete.declared) - frozenset(answered), judge)


def run_one(example: Example, definition: Definition, law: Law) -> list[Problem]:
    """What does not hold of one example, under one definition and law (PRC-042)."""
    try:
        ready = prepare(example, definition, law)
    except ValueError as error:
        return [_fails(example, "facts 里写的都是本事项要用的事实", str(error))]
    problems = _filled(ready.example, definition, ready.facts, filled=ready.filled)
    return (
        problems
        + _judged(ready.example, definition, ready.judge)
        + _walked(ready.example, definition, law, ready.judge)
    )


def _filled(
    example: Example, definition: Definition, facts: Mapping[str, Fact], *, filled: Collection[str]
) -> list[Problem]:
    """What the system fills in, and which answers are other than it, as far as the example says."""
    problems = []
    if example.filled is not None:
        told = {field.id: str(example.declared[field.id]) for field in definition.form if field.id in filled}
        if told != example.filled:
            expected = "由系统填入 " + (_listed(example.filled) or "（没有）")
            problems.append(_fails(example, expected, "由系统填入 " + (_listed(told) or "（没有）")))
    if example.differs is not None:
        values, wrong = gates.clean_declaration(definition.form, example.declared, definition.title)
        if wrong:
            return [*problems, *(_fails(example, "所填内容可以用", problem.sentence()) for problem in wrong[:3])]
        differs = answers_that_differ(definition, facts, values)
        if set(differs) != set(example.differs):
            expected = "与登记不同的有 " + ("、".join(example.differs) or "（没有）")
            problems.append(_fails(example, expected, "与登记不同的有 " + ("、".join(differs) or "（没有）")))
    return problems


def _listed(values: Mapping[str, str]) -> str:
    return "、".join(f"{key}：{value}" for key, value in values.items())


def _judged(example: Example, definition: Definition, judge: Any) -> list[Problem]:
    if not (example.expect or example.missing is not None or example.warned is not None or example.states):
        return []
    if definition.conditions is None:
        return [_fails(example, "有条件可以判断", "这项事项没有写条件")]
    try:
        found = judge(example.declared)
    except Refusal as refusal:
        return [_fails(example, "所填内容可以用", problem.sentence()) for problem in refusal.problems[:3]]
    problems = []
    if example.expect and found.state != example.expect:
        told = "；".join(problem.sentence() for problem in found.problems()[:3]) or "各项都达到"
        problems.append(_fails(example, f"全部条件 {example.expect}", f"{found.state}：{told}"))
    if example.missing is not None:
        missing = missing_of(definition.conditions, found.states())
        if set(missing) != set(example.missing):
            expected = "缺少 " + ("、".join(example.missing) or "（没有）")
            problems.append(_fails(example, expected, "缺少 " + ("、".join(missing) or "（没有）")))
    if example.warned is not None:
        warned = [node.id for node in found.warnings()]
        if set(warned) != set(example.warned):
            expected = "原则上没有达到的有 " + ("、".join(example.warned) or "（没有）")
            problems.append(_fails(example, expected, "原则上没有达到的有 " + ("、".join(warned) or "（没有）")))
    states = found.states()
    for node, state in example.states.items():
        if states.get(node) != state:
            problems.append(_fails(example, f"“{node}”为 {state}", str(states.get(node, "没有这项条件"))))
    return problems


def missing_of(tree: Node, states: Mapping[str, str]) -> list[str]:
    """Ids of what keeps the tree from being met: each leaf of what must hold, each group with too few parts."""
    if states[tree.id] == "met":
        return []
    if isinstance(tree, Group) and (tree.how == "all" or len(tree.parts) == 1):
        return [found for part in tree.parts if not part.is_principle for found in missing_of(part, states)]
    return [tree.id]


def _walked(example: Example, definition: Definition, law: Law, judge: Any) -> list[Problem]:
    if not example.walk:
        return []
    walk = Walk(definition, law, example.on, example.declared, example.materials, judge)
    for number, deed in enumerate(example.walk, 1):
        told = f"第{number}步“{deed.do or deed.way}”"
        try:
            walk.take(deed)
        except Differs as differs:
            return [_fails(example, f"{told}走得通", str(differs))]
        except Refusal as refusal:
            codes = [problem.code for problem in refusal.problems]
            if number == len(example.walk) and example.refused in codes:
                return []
            expected = f"被拒绝（{example.refused}）" if example.refused else f"到“{example.ends}”"
            sentences = "；".join(problem.sentence() for problem in refusal.problems[:3])
            return [_fails(example, expected, f"{told}被拒绝（{'、'.join(codes)}）：{sentences}")]
    if example.refused:
        return [_fails(example, f"被拒绝（{example.refused}）", f"走到“{walk.place}”")]
    if walk.place != example.ends:
        return [_fails(example, f"到“{example.ends}”", f"到“{walk.place}”")]
    return []


def _facts(example: Example, definition: Definition) -> dict[str, Fact] | str:
    """Facts the system would hold, typed; titles that are not written are absent. A text says what is wrong."""
    asked = system_facts_of(definition)
    found: dict[str, Fact] = {name: Fact(None, "register", "例子") for name in asked if name.startswith(TITLE_PREFIX)}
    for name, written in example.facts.items():
        source = find_source(name)
        if name not in asked:
            return f"条件和栏目里都没有用到“{name}”"
        kind = source.info.kind if source is not None else "text"
        value: Any = None
        if written is not None:
            plain = written.isoformat() if isinstance(written, date) else written
            try:
                value = tuple(map(str, plain)) if kind == "texts" else read_written(plain, kind)
            except (ValueError, TypeError) as error:
                return f"“{name}”{error}"
        origin = source.info.origin if source is not None else "register"
        found[name] = Fact(value, origin, "例子")
    return found


def _fails(example: Example, expected: str, got: str) -> Problem:
    return errors.EXAMPLE_FAILS.problem(where=example.where, name=example.name, expected=expected, got=got)


def failing(problems: Iterable[Problem]) -> str:
    """The sentences of problems, one a line, for tests."""
    return "\n".join(f"{p.where.file}:{p.where.line} {p.sentence()}" for p in problems)
