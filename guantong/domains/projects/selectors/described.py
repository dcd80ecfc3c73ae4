"""One procedure as its page tells it: conditions, materials, flow, outcomes, appeal, quotas, rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from guantong.kernel.refusal import Citation
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import cite_of, info_in
from guantong.procedure.cases.definition import Definition, Duration, Step, duties
from guantong.procedure.cases.definition.parts import LEVELS
from guantong.procedure.cases.mandate import role_label
from guantong.procedure.conditions import FactTitle, Group, Node, compile_conditions
from guantong.procedure.conditions.computing import named
from guantong.procedure.panels.public import panel_words
from guantong.procedure.rounds.public import most_of, quotas_of, shared_with

LEVEL_WORDS = {"county": "县级", "prefecture": "市级", "province": "省级", "nation": "国家"}
BRANCH_WORDS = {
    "education": "教育部门",
    "human_resources": "人社部门",
    "industry": "工信部门",
    "development_reform": "发改部门",
    "market": "市场监管部门",
    "finance": "财政部门",
}
PRINCIPLE = "原则上"
GROUP_WORDS = {"all": "以下各项都要达到", "any": "以下各项达到一项即可"}


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One node of the tree, with its depth; ``required`` is empty for groups."""

    number: str
    depth: int
    label: str
    required: str
    source: str
    citation: Citation | None
    basis: str
    help: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: who acts, how long, what may be done."""

    title: str
    who: str
    period: str
    basis: str
    actions: tuple[str, ...]
    on_timeout: str
    is_appeal: bool


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material."""

    title: str
    is_required: bool
    kinds: str
    help: str
    basis: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the form."""

    title: str
    kind: str
    is_required: bool
    help: str


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One quota; ``others`` are the titles of the other procedures that count into it."""

    title: str
    most: str
    basis: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A whole procedure in words."""

    conditions: tuple[ConditionLine, ...]
    fields: tuple[FieldLine, ...]
    materials: tuple[MaterialLine, ...]
    steps: tuple[StepLine, ...]
    outcomes: tuple[tuple[str, str, str], ...]
    """(title, kind in words, notice)."""
    appeal: tuple[str, str, str]
    """(sentence, where else, clause)."""
    quotas: tuple[QuotaLine, ...]
    reasons: tuple[tuple[str, str], ...]


def describe(definition: Definition, law: Law, region: str = "") -> Described:
    """The procedure under the law of a day, as it holds in ``region`` (the law's own unless given)."""
    return Described(
        tuple(condition_lines(definition, law)),
        tuple(FieldLine(f.title, kind_words(f.kind, f.unit), f.is_required, f.help) for f in definition.form),
        tuple(
            MaterialLine(
                r.title,
                r.is_required,
                f"{'、'.join(r.kinds)}，不超过 {r.max_megabytes} 兆字节",
                r.help,
                library.basis_sentence(r.basis),
            )
            for r in definition.requirements
        ),
        tuple(_step(definition, step, law) for step in definition.steps.values()),
        tuple((o.title, OUTCOME_WORDS[o.kind], o.notice) for o in definition.outcomes.values()),
        _appeal(definition, law),
        tuple(_quotas(definition, law, region or law.region)),
        tuple((r.title, library.basis_sentence(r.basis)) for r in definition.reasons),
    )


OUTCOME_WORDS = {
    "granted": "准予",
    "refused": "不予",
    "withdrawn": "撤回",
    "lapsed": "终止",
    "upheld": "复核维持",
    "overturned": "复核改变",
}
KIND_WORDS = {
    "text": "文字",
    "long_text": "一段文字",
    "integer": "整数",
    "decimal": "数",
    "credits": "学分",
    "money": "金额（元）",
    "date": "日期",
    "flag": "是或否",
    "choice": "选一项",
    "choices": "可选几项",
}


def kind_words(kind: str, unit: str) -> str:
    """The kind of a field, with its unit."""
    word = KIND_WORDS.get(kind, kind)
    return f"{word}（{unit}）" if unit and kind != "money" else word


def condition_lines(definition: Definition, law: Law) -> Iterator[ConditionLine]:
    """Every node of the tree with what it asks for, as no facts at all make it say."""
    if definition.conditions is None:
        return
    compiled = compile_conditions(definition.conditions, law, info=lambda n: info_in(definition, n), cite=cite_of)
    nodes = list(_walk(definition.conditions))
    counts: list[int] = []
    for result, node in zip(compiled.evaluate({}).nodes(), nodes, strict=True):
        del counts[result.depth :]
        counts += [0] * (result.depth - len(counts))
        if result.depth:
            counts[result.depth - 1] += 1
        is_group = isinstance(node, Group)
        names = node.facts if not isinstance(node, Group) else ()
        infos = [info for name in names if (info := info_in(definition, name)) is not None]
        yield ConditionLine(
            number=".".join(str(c) for c in counts[: result.depth]),
            depth=result.depth,
            label=node.label,
            required=_required(definition, node, result.required),
            source="、".join(dict.fromkeys(info.source for info in infos if info.source)) if not is_group else "",
            citation=result.citation,
            basis=f"本地区自行确定：{result.note}" if result.note and result.citation is None else "",
            help=node.help if not isinstance(node, Group) else "",
        )


def _required(definition: Definition, node: Node, required: str) -> str:
    """What a node asks for; of a computation also of what."""
    if isinstance(node, Group):
        by_law = not isinstance(node.count, int)
        required = GROUP_WORDS.get(node.how) or (required if by_law else f"以下各项至少达到 {node.count} 项")
    elif node.computed is not None:
        way = named(node.computed, lambda name: info_in(definition, name) or FactTitle(name, "number"))
        required = f"{way}，{required}"
    return f"{PRINCIPLE}{required}" if node.is_principle else required


def _walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Group):
        for part in node.parts:
            yield from _walk(part)


def who_acts(of: str, role: str, branch: str = "") -> str:
    """Who acts at a step."""
    if of == "declarer":
        return "申报人"
    if of == "learner":
        return "本人"
    label = role_label(role)
    if of in LEVELS:
        return f"{LEVEL_WORDS[of]}{BRANCH_WORDS.get(branch, '主管部门')}：{label}"
    return {"school": "本单位", "department": "本单位的部门", "authority": "上级主管部门"}.get(of, of) + f"：{label}"


def period_words(duration: Duration | None, law: Law | None) -> str:
    """A period, with the number its parameter has under ``law``."""
    if duration is None:
        return ""
    if duration.by:
        return "申报截止以前" if "-" not in duration.by else f"每年{duration.by.replace('-', '月')}日以前"
    if duration.parameter is not None:
        answer = law.find(duration.parameter) if law is not None else None
        return answer.show() if answer is not None else "按政策参数的规定"
    return duties.period_words(duration.count or 0, duration.unit)


def _step(definition: Definition, step: Step, law: Law) -> StepLine:
    who = who_acts(step.of, step.role, step.branch)
    if step.parallel is not None:
        who = "、".join(who_acts(p.of, p.role, p.branch) for p in step.parallel.parties)
        who += f"（共 {len(step.parallel.parties)} 方，{step.parallel.needed} 方同意即通过）"
    basis = ""
    if step.deadline is not None:
        basis = library.basis_sentence(step.deadline.basis)
        if step.deadline.parameter is not None:
            answer = law.find(step.deadline.parameter)
            basis = answer.citation.sentence() if answer is not None and answer.citation is not None else basis
    after = ""
    if step.on_timeout is not None:
        places = places_of(definition)
        after = {
            "remind": "到期提醒办理人",
            "escalate": f"到期由{role_label(step.on_timeout.role)}接办" if step.on_timeout.role else "",
            "lapse": f"到期转入“{places.get(step.on_timeout.to, step.on_timeout.to)}”",
        }[step.on_timeout.do]
    places = places_of(definition)
    actions = tuple(
        f"{a.title}（按所填内容转到{'、'.join(f'“{places[to]}”' for to in a.choices)}）" if a.branches else a.title
        for a in step.actions
    )
    if "panels" in step.parts:
        actions += (panel_words(step.parts["panels"], law),)
    if "publicity" in step.parts:
        actions += ("公示",)
    return StepLine(step.title, who, period_words(step.deadline, law), basis, actions, after, step.stage == "appeal")


def _appeal(definition: Definition, law: Law) -> tuple[str, str, str]:
    appeal = definition.appeal
    basis = library.basis_sentence(appeal.basis)
    if appeal.none:
        return appeal.none, "", basis
    against = "、".join(definition.outcomes[o].title for o in appeal.against if o in definition.outcomes)
    within = period_words(appeal.within, law)
    return f"对“{against}”不服的，可以在收到决定后 {within}内申诉。", appeal.further, basis


def _quotas(definition: Definition, law: Law, region: str) -> Iterator[QuotaLine]:
    for quota in quotas_of(definition):
        most = most_of(quota, law)
        words = f"{most.count} 个" if most.count is not None else "数目没有登记"
        others = tuple(shared_with(quota, definition.id, region, law.on))
        yield QuotaLine(quota.title, words, most.basis, others)


def places_of(definition: Definition) -> Mapping[str, str]:
    """Titles of steps and outcomes by id."""
    return {s.id: s.title for s in definition.steps.values()} | {o.id: o.title for o in definition.outcomes.values()}


def law_of(region: str, day: date) -> Law:
    """The law the hall reads definitions under."""
    return library.law_on(day, region)
