"""What evaluating found: a state for every node, and the words when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from guantong.kernel.refusal import NOWHERE, Citation, Problem, Where

from . import computing, errors
from .checks import Verdict
from .facts import DECLARED, ORIGINS, Fact, Value, show_value
from .tree import ORDERINGS, Computed, Group, Leaf, Node

if TYPE_CHECKING:
    from .compiling import Compiled
    from .placing import Place

NOT_MET, MET, UNKNOWN = 0, 1, 2
STATE_WORDS = {MET: "met", NOT_MET: "not_met", UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One node in words. ``state`` is ``met``, ``not_met`` or ``unknown``."""

    id: str
    label: str
    depth: int
    kind: str
    """``leaf``, ``check``, ``all``, ``any`` or ``at_least``."""
    state: str
    own: str
    """Own value, or for a group how many parts are met; empty when nothing is known."""
    origin: str
    source: str
    required: str
    citation: Citation | None
    note: str
    """Why a region itself sets the condition, where no document does."""
    needed: int
    """How many more parts a group needs; 0 for leaves."""
    why: str
    todo: str
    """A sentence what to do; empty when met."""
    is_principle: bool = False
    """原则上: what is not met warns and keeps nothing from being met."""


class Evaluation:
    """The result for one set of facts. Cheap to make; sentences are written when read."""

    __slots__ = ("_compiled", "_facts", "_places", "_states", "_verdicts")

    def __init__(
        self, compiled: Compiled, facts: Mapping[str, Fact], states: Sequence[int], verdicts: dict[int, Verdict]
    ) -> None:
        self._compiled = compiled
        self._places = compiled.places
        self._facts = facts
        self._states = states
        self._verdicts = verdicts

    @property
    def state(self) -> str:
        """State of the whole tree; principles that are not met leave it met."""
        return STATE_WORDS[self._states[0]]

    @property
    def is_met(self) -> bool:
        """Whether the whole tree is met; unknown is not."""
        return self._states[0] == MET

    def state_of(self, node_id: str) -> str:
        """State of the node with this id; raises ``KeyError`` when there is none."""
        for index, place in enumerate(self._places):
            if place.node.id == node_id:
                return STATE_WORDS[self._states[index]]
        raise KeyError(node_id)

    def states(self) -> dict[str, str]:
        """State by id of every node, as the log of a case keeps it."""
        return {place.node.id: STATE_WORDS[s] for place, s in zip(self._places, self._states, strict=True)}

    def nodes(self) -> list[NodeResult]:
        """Every node in the order written, each group before its parts."""
        return [self._told(index) for index in range(len(self._places))]

    def reasons(self) -> list[str]:
        """A sentence for every leaf that is not met or not known, in the order written, whatever its group says."""
        states = self._states
        found = []
        for index in self._compiled.leaves:
            if states[index] != MET:
                why, todo = self._words(index, self._places[index].node)
                found.append(why + todo)
        return found

    def problems(self) -> list[Problem]:
        """Everything that keeps the tree from being met: each leaf of what must hold, each group with too few parts."""
        found: list[Problem] = []
        self._collect(0, found)
        return found

    def warnings(self) -> list[NodeResult]:
        """The principles (原则上) that are not met, or not known to be."""
        states = self._states
        return [self._told(i) for i, place in enumerate(self._places) if place.is_principle and states[i] != MET]

    def _collect(self, index: int, found: list[Problem]) -> None:
        if self._states[index] == MET:
            return
        place = self._place(index)
        node = place.node
        if isinstance(node, Leaf):
            kind = errors.NOT_MET if self._states[index] == NOT_MET else errors.NOT_KNOWN
            why, todo = self._words(index, node)
            where = NOWHERE
            name = place.by if place.by else (*node.facts, "")[0]
            if name.startswith(f"{DECLARED}."):
                title = place.infos[name].title if name in place.infos else "" if place.by else place.info.title
                where = Where(column=name.partition(".")[2], title=title or None)
            found.append(kind.problem(where=where, basis=place.citation, label=node.label, why=why, todo=todo))
        elif node.how == "all" or len(node.parts) == 1:
            for child in place.counted:
                self._collect(child, found)
        elif not place.has_law:
            why, todo = self._lacking_law(place)
            found.append(errors.NOT_KNOWN.problem(basis=place.citation, label=node.label, why=why, todo=todo))
        elif (declared := self._declared_way(place)) is not None:
            self._collect(declared, found)
        else:
            met, needed = self._count(index)
            still = [self._places[c].node.label for c in place.counted if self._states[c] != MET]
            found.append(
                errors.TOO_FEW.problem(
                    basis=place.citation,
                    label=node.label,
                    found=len(place.counted),
                    count=place.wanted,
                    met=met,
                    needed=needed,
                    open="；".join(still),
                )
            )

    def _place(self, index: int) -> Place:
        """The node with the bound these facts choose."""
        place = self._places[index]
        return place.for_facts(self._facts) if place.by else place

    def _declared_way(self, place: Place) -> int | None:
        """Of alternatives that each ask for another declared choice (a level, a kind), the one that was chosen."""
        if place.wanted != 1:
            return None
        chosen: list[int] = []
        for child in place.counted:
            asked = [
                self._states[c]
                for c in self._places[child].counted
                if isinstance(leaf := self._places[c].node, Leaf)
                and leaf.operator in ("in", "equals")
                and self._places[c].info.titles
            ]
            if not asked:
                return None
            if all(state == MET for state in asked):
                chosen.append(child)
        return chosen[0] if len(chosen) == 1 else None

    def _count(self, index: int) -> tuple[int, int]:
        """(parts met, how many more are needed)."""
        place = self._place(index)
        met = sum(self._states[child] == MET for child in place.counted)
        return met, max(0, place.wanted - met)

    def _told(self, index: int) -> NodeResult:
        place, state = self._place(index), self._states[index]
        node = place.node
        own = origin = source = why = todo = ""
        required, needed = place.required, 0
        if isinstance(node, Group):
            met, needed = self._count(index)
            own, kind = f"{met}项", node.how
            if not place.has_law:
                why, todo = self._lacking_law(place)
            elif needed:
                why = todo = f"还差{needed}项。"
        elif node.check:
            kind, verdict = "check", self._verdicts.get(index)
            if verdict is not None:
                own, required = verdict.own, verdict.required
            origin, source = "check", ORIGINS["check"]
        elif node.computed is not None:
            kind, origin = "leaf", "computed"
            own = self._computed_shown(place, node.computed)
            source = ORIGINS[origin] + self._sources(place, node.computed)
        else:
            kind = "leaf"
            fact = self._facts.get(node.fact)
            if fact is not None:
                own, origin, source = self._shown(place), fact.origin, fact.source
        if state != MET and isinstance(node, Leaf):
            why, todo = self._words(index, node)
        return NodeResult(
            id=node.id,
            label=node.label,
            depth=place.depth,
            kind=kind,
            state=STATE_WORDS[state],
            own=own,
            origin=origin,
            source=source,
            required=required,
            citation=place.citation,
            note=node.note,
            needed=needed,
            why=why,
            todo=todo,
            is_principle=place.is_principle,
        )

    def _shown(self, place: Place) -> str:
        node, info = place.node, place.info
        fact = self._facts.get(node.fact) if isinstance(node, Leaf) else None
        unit = info.unit or (node.unit if isinstance(node, Leaf) else "")
        return show_value(fact.value if fact is not None else None, info.kind, unit, info.titles)

    def _words(self, index: int, node: Node) -> tuple[str, str]:
        """(why it is not met or not known, what to do), each a sentence."""
        place, state = self._places[index], self._states[index]
        if not isinstance(node, Leaf):
            raise TypeError(f"{node.id!r} is a group")
        if place.by:
            place = place.for_facts(self._facts)
        if node.computed is not None:
            return self._computed_words(place, node, node.computed, state)
        if state == NOT_MET and place.demand:  # compared, so there is a value and a bound
            info = place.info
            if place.sentence:
                return place.sentence, node.help or "请核对所填内容，达到要求后再提交。"
            own = self._facts[node.fact].value
            unit = info.unit or node.unit
            shown = f"{own}{unit}" if type(own) is int and info.kind == "number" else ""
            why = f"“{info.title}”现在是{shown or show_value(own, info.kind, unit, info.titles)}{place.demand}"
            return why, node.help or f"{_gap(place, own, unit)}请核对所填内容，达到要求后再提交。"
        if node.check:
            verdict = self._verdicts.get(index) or Verdict(None)
            why = verdict.why or ("这项核对现在还做不出结论。" if state == UNKNOWN else "核对没有通过。")
            return why, node.help or verdict.todo or "请看清依据，补充情况后再提交；有疑问的，请向办理单位询问。"
        if not place.has_law:
            return self._lacking_law(place)
        if place.operator == "present" and state == NOT_MET:
            word = "没有" if place.limit else "有"
            return f"“{place.info.title}”现在{word}登记。", node.help or self._fill(place)
        return f"“{place.info.title}”还没有可用的内容，要求{place.required}。", node.help or self._fill(place)

    def _lacking_law(self, place: Place) -> tuple[str, str]:
        """Why a bound cannot be said, and what to do: the choice it depends on was not made, or the law has none."""
        if place.by:
            return f"{place.required}。", "请先选定，再提交。"
        why = "这一地区、这一天的规定里没有可用的要求。"
        return why, "请联系办理单位核对适用的规定，本件暂时不能按已达到办理。"

    def _computed_words(self, place: Place, node: Leaf, computed: Computed, state: int) -> tuple[str, str]:
        """As :meth:`_words`, of a leaf over a computation."""
        if not place.has_law:
            return self._lacking_law(place)
        title = place.info.title
        try:
            number = computing.compute(computed, self._facts)
        except computing.Missing as missing:
            names = "、".join(f"“{place.infos[name].title}”" for name in missing.names)
            why = f"{names}还没有可用的内容，算不出“{title}”，要求{place.required}。"
            declared = all(place.infos[name].origin == DECLARED for name in missing.names)
            return why, node.help or (f"请填写{names}，再提交。" if declared else f"请先补上{names}，再提交。")
        except computing.ByZero as zero:
            why = f"{computing.named(zero.term, place.infos.__getitem__)}是0，算不出“{title}”，按没有达到处理。"
            return why, node.help or "请核对所填内容，达到要求后再提交。"
        own = computing.shown(number, place.info.kind, place.info.unit, place.limit)
        how = computing.way(computed, self._facts, place.infos.__getitem__)
        why = f"“{title}”现在是{own}（{how}）{place.demand}"
        gap = ""
        if place.operator in ORDERINGS and state == NOT_MET and number != place.limit:
            word = "还差" if place.operator in ("at_least", "more_than") else "多出"
            gap = f"{word}{computing.shown(abs(place.limit - number), place.info.kind, place.info.unit)}。"
        return why, node.help or f"{gap}请核对所填内容，达到要求后再提交。"

    def _computed_shown(self, place: Place, computed: Computed) -> str:
        """The number with the way it was made; empty while a fact lacks."""
        how = computing.way(computed, self._facts, place.infos.__getitem__)
        try:
            number = computing.compute(computed, self._facts)
        except computing.Missing:
            return ""
        except computing.ByZero:
            return f"算不出（{how}）"
        return f"{computing.shown(number, place.info.kind, place.info.unit, place.limit)}（{how}）"

    def _sources(self, place: Place, computed: Computed) -> str:
        """Where the facts of a computation come from, each source once."""
        facts = (self._facts.get(name) for name in computed.facts())
        found = dict.fromkeys(fact.source for fact in facts if fact is not None)
        return f"（{'、'.join(found)}）" if found else ""

    def _fill(self, place: Place) -> str:
        if place.operator == "present" and not place.limit:
            return "有这项登记的，不能办理本事项；登记有误的，请先向登记单位更正。"
        if place.info.origin == DECLARED:
            return f"请填写“{place.info.title}”，再提交。"
        return f"请先在{place.info.source or ORIGINS[place.info.origin]}中补上这一项，再提交。"


def _gap(place: Place, value: Value | None, unit: str) -> str:
    """How far the own value lies from the bound; empty where that says nothing."""
    if place.operator not in ORDERINGS or place.info.kind not in ("number", "money"):
        return ""
    limit: Any = place.limit
    own: Any = value
    if isinstance(own, Fraction) or isinstance(limit, Fraction):
        own, limit = Fraction(own), Fraction(limit)
    gap = abs(limit - own)
    if not gap:
        return ""
    word = "还差" if place.operator in ("at_least", "more_than") else "多出"
    return f"{word}{show_value(gap, place.info.kind, unit)}。"
