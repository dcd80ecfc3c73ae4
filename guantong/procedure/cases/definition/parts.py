"""The parts of a procedure definition, frozen. They are built by ``parse_definition`` only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guantong.procedure.conditions.tree import Leaf
from guantong.procedure.conditions.tree import Node as Tree

BACK, CHOSEN, VOTE, WHEN = "back", "chosen", "vote", "when"
"""Destinations: the step from which the case came here; one of ``choices``, named by whoever acts; nowhere yet, the
votes of a parallel step decide; one of ``when``, by what was declared."""

LEVELS = ("county", "prefecture", "province", "nation")
"""The authority of that level above the case's organisation."""

BRANCHES = ("education", "human_resources", "industry", "development_reform", "market", "finance")
"""Lines of government, as ``base.orgs`` registers them."""

PARTIES = ("learner", "department", "school", "authority", "declarer", *LEVELS)
"""Whose role a step asks for: the person of the case, a post in its department of its organisation (posts without a
department serve all), a post at its organisation, a post at the authority above that organisation, or whoever declared
(the person, or a declaring role at the organisation that declared); a level is :data:`LEVELS`."""

ACTION_KINDS = ("submit", "approve", "return", "refuse")
"""What an action is to the people concerned; pages choose words and colour by it."""

OUTCOME_KINDS = ("granted", "refused", "withdrawn", "lapsed", "upheld", "overturned")
"""``upheld`` and ``overturned`` are what reconsideration says about the first decision."""

FIELD_KINDS = ("text", "long_text", "integer", "decimal", "credits", "money", "date", "flag", "choice", "choices")
"""``money`` is typed in yuan and kept in fen."""

GATES = ("opinion", "reasons", "items", "materials")
"""Words of ``needs`` that are not fields: written opinion, stated reasons, items to correct, required materials."""

PRINCIPLE_REASON = "principle_reason"
"""Field an approval takes besides its own while a principle is not met; no field of a definition bears its id."""

DECLARATION, CONDITIONS = "declaration", "conditions"
"""Further words of ``needs``, where the definition has a ``form`` (the action takes it) or ``conditions`` (they must
be met). An action's own field of the same id goes first, so that definitions older than these words keep their meaning.
"""

SYSTEM_ACTIONS = (
    "open",
    "withdraw",
    "appeal",
    "extend",
    "redate",
    "remind",
    "escalate",
    "lapse",
    "close",
    "add_material",
    "replace_material",
    "part_move",
    "part_note",
    "decide",
    "suspend",
    "resume",
    "migrate",
)
"""Ids of log lines the engine writes itself; a definition may not use them for its own actions."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A citable place: the id of a policy document and a clause of it."""

    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class Basis:
    """On whose authority a duty stands: clauses of documents, or the region itself (``local``, with its reason)."""

    references: tuple[Reference, ...]
    source: str
    note: str = ""


UNITS = ("working_days", "days", "months", "years")
"""Units of periods, and of the parameters that hold one."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A period: a count of days, working days, months or years (:data:`UNITS`), or the name of a parameter that holds
    one.

    Or (``by``) a day of the year as ``MM-DD``, the next on or after arrival, or a word some part answers for.
    """

    count: int | None
    unit: str
    """Of ``count``; empty for a parameter or a day of the year."""
    parameter: str | None
    basis: Basis | None
    """``None`` only for a parameter or a word, which bring their own clause."""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a field of kind ``choice`` or ``choices``.

    ``matches`` are further words by which a fact of the system means this answer; the title always does, and 没有 means
    that the fact is known to be absent.
    """

    id: str
    title: str
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an action's form."""

    id: str
    title: str
    kind: str
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    help: str = ""
    max_length: int = 2000
    least: Decimal | None = None
    most: Decimal | None = None
    is_required: bool = False
    """Of a field of the declaration's form; fields of actions are required by ``needs``."""
    from_fact: str = ""
    """The fact of the system that fills the field of a declaration in; what is typed is then compared with it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason a decision may state, with the clause it rests on."""

    id: str
    title: str
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A material the declarer hands in. ``kinds`` are file kinds as ``base.files`` names them."""

    id: str
    title: str
    is_required: bool
    kinds: tuple[str, ...]
    max_megabytes: int
    help: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of an action that leads to ``when``: taken where ``test`` holds; the last has no test."""

    test: Leaf | None
    to: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Action:
    """What someone may do at a step: where it leads, its own form, and what must be complete first (``needs``)."""

    id: str
    title: str
    kind: str
    to: str
    needs: tuple[str, ...]
    fields: tuple[Field, ...]
    help: str
    choices: tuple[str, ...] = ()
    """Where ``chosen`` or ``when`` may lead."""
    branches: tuple[Branch, ...] = ()
    """Of ``when``: which way is taken."""

    def field(self, field_id: str) -> Field | None:
        """The field with this id, or None."""
        return next((f for f in self.fields if f.id == field_id), None)

    def asks(self, gate: str) -> bool:
        """Whether ``needs`` names ``gate`` (``declaration`` or ``conditions``) and not a field of that id."""
        return gate in self.needs and self.field(gate) is None


@dataclass(frozen=True, slots=True)
class Timeout:
    """What happens when a step's time has run out: ``remind``, ``escalate`` (``role``) or ``lapse`` (``to``)."""

    do: str
    role: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """How often, by how much, and by which role a step's deadline may be extended (always with a reason)."""

    count: int
    unit: str
    times: int
    role: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Suspension:
    """How often and for how many days at most (calendar days) a step may stand still, ordered by which role."""

    role: str
    most_days: int
    times: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Party:
    """One of the reviewers of a parallel step."""

    id: str
    title: str
    role: str
    of: str
    branch: str = ""

    @property
    def body(self) -> str:
        """Key of ``Case.bodies``; see :attr:`Step.body`."""
        return f"{self.of}.{self.branch}" if self.branch else self.of


@dataclass(frozen=True, slots=True)
class Parallel:
    """Several parties review at once; so many approvals pass the step."""

    parties: tuple[Party, ...]
    needed: int
    passed: str
    failed: str
    returned: str
    """Where it goes when returns, not refusals, made passing impossible; empty: no party may return."""

    def party(self, party_id: str) -> Party | None:
        """The party with this id, or None."""
        return next((p for p in self.parties if p.id == party_id), None)


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step that a part may take: the part's name, where it is written below the step, and where to."""

    part: str
    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Step:
    """A place where a case waits for one party to act."""

    id: str
    title: str
    role: str
    of: str
    deadline: Duration | None
    remind_before: int
    """Working days before the due day on which a reminder is sent; 0 sends none."""
    on_timeout: Timeout | None
    actions: tuple[Action, ...]
    extension: Extension | None
    different_from: tuple[str, ...]
    """Steps whose deciders may not act here (four eyes)."""
    stage: str
    """``first`` or ``appeal``."""
    help: str
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What each part of ``parts_api`` keeps of this step, by its name."""
    ways: tuple[Way, ...] = ()
    """Further ways out, which parts may take."""
    branch: str = ""
    """The line of government, where ``of`` is a level."""
    parallel: Parallel | None = None
    suspension: Suspension | None = None
    only_items: bool = False
    """Of a step of the declarer: only what was named item by item on returning may be changed."""

    @property
    def body(self) -> str:
        """Key of ``Case.bodies`` where ``of`` is a level: the level, with its line when there is one."""
        return f"{self.of}.{self.branch}" if self.branch else self.of

    def action(self, action_id: str) -> Action | None:
        """The action with this id, or None."""
        return next((a for a in self.actions if a.id == action_id), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case can end. ``notice`` is what the declarer reads."""

    id: str
    title: str
    kind: str
    notice: str
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What each part keeps of this outcome, by its name."""

    @property
    def is_granted(self) -> bool:
        """Whether what was declared is given (at once or after reconsideration)."""
        return self.kind in ("granted", "overturned")


@dataclass(frozen=True, slots=True)
class Appeal:
    """The way to object to a decision, or (``none``) the stated reason why there is none."""

    against: tuple[str, ...]
    within: Duration | None
    start: str
    none: str
    further: str
    """What is open to the declarer outside this system afterwards."""
    basis: Basis


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """At which steps the declarer may withdraw, and the outcome it leads to."""

    at: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Declarers:
    """Who may open a case: any of ``roles``, as party ``of``.

    ``learner`` the person of the case; ``school`` an officer of the case's own organisation (enterprises too);
    ``authority`` an officer, about an organisation or person; ``visitor`` anyone.
    """

    roles: tuple[str, ...]
    of: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole procedure. ``digest`` (of the document as read) is its version for every case that began with it."""

    id: str
    version: str
    title: str
    systems: tuple[str, ...]
    in_force_from: date
    repealed_on: date | None
    basis: Basis
    subject: str
    declarers: Declarers
    requirements: tuple[Requirement, ...]
    reasons: tuple[Reason, ...]
    start: str
    steps: Mapping[str, Step] = field(hash=False)
    """All steps by id, first stage and appeal stage, in the order written."""
    outcomes: Mapping[str, Outcome] = field(hash=False)
    appeal: Appeal
    withdrawal: Withdrawal | None
    help: str
    digest: str
    document: Mapping[str, object] = field(hash=False, repr=False)
    """The definition as plain JSON values; its canonical digest is ``digest``."""
    form: tuple[Field, ...] = ()
    """What the declarer fills in; kept with the case as the facts ``declared.<id>``."""
    conditions: Tree | None = None
    """What must hold before an action whose ``needs`` name ``conditions``."""
    parts: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What each part of ``parts_api`` keeps of the whole definition, by its name."""

    def fields_of(self, action: Action) -> tuple[Field, ...]:
        """The fields an action takes: its own, then the form's where it needs the declaration."""
        return (*action.fields, *self.form) if action.asks(DECLARATION) else action.fields

    def requirement(self, requirement_id: str) -> Requirement | None:
        """The material with this id, or None."""
        return next((r for r in self.requirements if r.id == requirement_id), None)

    def reason(self, reason_id: str) -> Reason | None:
        """The reason with this id, or None."""
        return next((r for r in self.reasons if r.id == reason_id), None)
