"""Two versions of a procedure side by side: what differs in meaning, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guantong.domains.projects.rules import LOOSER, OTHER, SAME, TIGHTER, direction
from guantong.policy.asking import Law
from guantong.procedure.cases import library
from guantong.procedure.cases.definition import Definition
from guantong.procedure.conditions import Group, Leaf, Node
from guantong.procedure.conditions import Parameter as LawParameter
from guantong.procedure.rounds.public import most_of, plan_of, quotas_of

from .catalogue import who_text
from .described import StepLine, condition_lines, describe, kind_words

DIRECTION_WORDS = {TIGHTER: ("收紧", "warn"), LOOSER: ("放宽", "info"), OTHER: ("改动", "neutral")}
ADDED, GONE = "（没有）", "（取消）"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: in which part, of what, before, after, and which way it goes."""

    part: str
    title: str
    before: str
    after: str
    way: str

    @property
    def word(self) -> str:
        """收紧, 放宽 or 改动."""
        return DIRECTION_WORDS[self.way][0]

    @property
    def tone(self) -> str:
        """Tone of the badge."""
        return DIRECTION_WORDS[self.way][1]


def compare(before: Definition, after: Definition, law: Law) -> list[Change]:
    """Every difference a reader of the law would ask about; wording alone counts where people read it."""
    found = [
        *_one("概要", "名称", before.title, after.title),
        *_one("概要", "说明", before.help, after.help),
        *_one("概要", "由谁申报", who_text(before), who_text(after)),
        *_one("概要", "依据", library.basis_sentence(before.basis), library.basis_sentence(after.basis)),
        *_conditions(before, after, law),
    ]
    old, new = describe(before, law), describe(after, law)
    found += _named(
        "填报栏目",
        {f.id: (f.title, _field(f.kind, f.unit, f.is_required)) for f in before.form},
        {f.id: (f.title, _field(f.kind, f.unit, f.is_required)) for f in after.form},
        added=TIGHTER,
    )
    found += _named(
        "材料",
        {r.id: (r.title, "必交" if r.is_required else "可不交") for r in before.requirements},
        {r.id: (r.title, "必交" if r.is_required else "可不交") for r in after.requirements},
        added=TIGHTER,
    )
    found += _named("环节", _steps(before, old.steps), _steps(after, new.steps), added=OTHER)
    found += _named("名额", _quotas(before, law), _quotas(after, law), added=TIGHTER)
    found += _one("批次", "申报时间", _round(before), _round(after))
    found += _named(
        "结果",
        {o.id: (o.title, o.notice) for o in before.outcomes.values()},
        {o.id: (o.title, o.notice) for o in after.outcomes.values()},
        added=OTHER,
    )
    found += _one("申诉", "申诉", "".join(old.appeal[:2]), "".join(new.appeal[:2]))
    for key, title in (("grants", "授予的称号"), ("withdrawal", "撤回"), ("reasons", "可以写明的理由")):
        one, two = before.document.get(key), after.document.get(key)
        if one != two:
            found.append(Change("其他", title, _plain(one), _plain(two), OTHER))
    return found


def _one(part: str, title: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(part, title, before or ADDED, after or GONE, OTHER)


def _field(kind: str, unit: str, is_required: bool) -> str:
    return f"{kind_words(kind, unit)}，{'必填' if is_required else '可不填'}"


def _named(
    part: str, before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]], *, added: str
) -> Iterator[Change]:
    """Things known by id: added, gone, or told otherwise."""
    gone = LOOSER if added == TIGHTER else OTHER
    for key, (title, text) in after.items():
        if key not in before:
            yield Change(part, title, ADDED, text, added)
        elif before[key] != (title, text):
            old_title, old_text = before[key]
            name = title if title == old_title else f"{old_title}（改称“{title}”）"
            way = OTHER
            if part in ("材料", "填报栏目") and ("可不" in old_text) != ("可不" in text):
                way = TIGHTER if "可不" in old_text else LOOSER
            yield Change(part, name, old_text, text, way)
    for key, (title, text) in before.items():
        if key not in after:
            yield Change(part, title, text, GONE, gone)


def _steps(definition: Definition, lines: tuple[StepLine, ...]) -> dict[str, tuple[str, str]]:
    found = {}
    for step, line in zip(definition.steps.values(), lines, strict=True):
        own = "；".join(
            text
            for text in (
                f"由{line.who}办理",
                f"期限{line.period}" if line.period else "没有期限",
                line.on_timeout,
                "可以" + "、".join(line.actions) if line.actions else "",
                _plain(dict(definition_part(definition, step.id))),
            )
            if text
        )
        found[step.id] = (step.title, own)
    return found


def definition_part(definition: Definition, step_id: str) -> Mapping[str, Any]:
    """What is written of a step about panels, publicity and further rules."""
    for entry in _written_steps(definition):
        if entry.get("id") == step_id:
            keys = ("panel", "publicity", "parallel", "extension", "suspension", "different_from", "only_items")
            return {key: entry[key] for key in keys if key in entry}
    return {}


def _written_steps(definition: Definition) -> Iterator[Mapping[str, Any]]:
    for holder in (definition.document, definition.document.get("appeal")):
        steps = holder.get("steps") if isinstance(holder, Mapping) else None
        for entry in steps if isinstance(steps, list) else ():
            if isinstance(entry, Mapping):
                yield entry


_KEYS = {
    "panel": "专家评审",
    "publicity": "公示",
    "parallel": "共同评议",
    "extension": "延长",
    "suspension": "暂停",
    "different_from": "须由没有办过下列环节的人办理",
    "only_items": "只改指出的内容",
    "experts": "专家人数",
    "pass": "通过办法",
    "at_least": "至少",
    "top": "取前",
    "drop": "去掉",
    "highest": "最高分个数",
    "lowest": "最低分个数",
    "scores": "评分项",
    "most": "满分",
    "show": "公示内容",
    "objections": "异议",
    "working_days": "工作日",
    "days": "日",
    "times": "次数",
    "pool": "专家库",
    "title": "名称",
    "years": "年限",
    "name": "称号",
    "level": "等级",
    "most_days": "最多日数",
    "parameter": "政策参数",
}
_LEFT_OUT = {"references", "id", "note", "source"}


def _plain(value: object) -> str:
    """A written value as people may read it: keys in words, clauses left out."""
    if value is None:
        return ADDED
    if isinstance(value, Mapping):
        return "，".join(f"{_KEYS.get(str(k), k)}：{_plain(v)}" for k, v in value.items() if k not in _LEFT_OUT)
    if isinstance(value, list):
        return "、".join(_plain(v) for v in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _quotas(definition: Definition, law: Law) -> dict[str, tuple[str, str]]:
    found = {}
    for quota in quotas_of(definition):
        most = most_of(quota, law)
        words = f"{most.count} 个" if most.count is not None else "数目没有登记"
        found[quota.id] = (quota.title, words + (f"（与其他事项合用：{quota.shared}）" if quota.shared else ""))
    return found


def _round(definition: Definition) -> str:
    plan = plan_of(definition)
    if plan is None:
        return "随时可以申报"
    often = "每年"
    if plan.every is not None:
        often = (
            f"每{plan.every.years}年一次，"
            if plan.every.years
            else f"每隔若干年一次（按参数“{plan.every.parameter}”），"
        )
        often += f"从{plan.every.first}年算起，" if plan.every.first else ""
    if plan.opens is None or plan.closes is None:
        return ("" if plan.every is None else often) + "主管部门发通知开放"
    return f"{often}{plan.opens.month}月{plan.opens.day}日至{plan.closes.month}月{plan.closes.day}日"


# ---- conditions ----------------------------------------------------------------------------------------------------


def _conditions(before: Definition, after: Definition, law: Law) -> Iterator[Change]:
    """Nodes known by id: a bound moved, a group wants more, a condition added or gone."""
    old, new = _nodes(before, law), _nodes(after, law)
    for key, (node, label, required, is_needed) in new.items():
        if key not in old:
            yield Change("条件", label, ADDED, required, TIGHTER if is_needed else OTHER)
            continue
        old_node, old_label, old_required, _ = old[key]
        if old_required != required or _essence(old_node) != _essence(node):
            name = label if label == old_label else f"{old_label}（改称“{label}”）"
            yield Change("条件", name, old_required, required, _way(old_node, node))
        elif old_label != label:
            yield Change("条件", old_label, old_label, label, OTHER)
    for key, (_, label, required, is_needed) in old.items():
        if key not in new:
            yield Change("条件", label, required, GONE, LOOSER if is_needed else OTHER)


def _nodes(definition: Definition, law: Law) -> dict[str, tuple[Node, str, str, bool]]:
    """Id → (node, label, what is required in words, whether everything around it must hold)."""
    if definition.conditions is None:
        return {}
    lines = list(condition_lines(definition, law))
    found = {}
    for (node, is_needed), line in zip(_walk(definition.conditions, needed=True), lines, strict=True):
        found[node.id] = (node, node.label, line.required, is_needed)
    return found


def _walk(node: Node, *, needed: bool) -> Iterator[tuple[Node, bool]]:
    yield node, needed
    if isinstance(node, Group):
        for part in node.parts:
            yield from _walk(part, needed=needed and node.how == "all")


def _essence(node: Node) -> object:
    if isinstance(node, Group):
        return node.how, node.count if node.how == "at_least" else None, node.is_principle
    return node.fact, node.computed, node.operator, node.limit, node.check, node.is_principle


def _way(before: Node, after: Node) -> str:
    if before.is_principle != after.is_principle:
        return LOOSER if after.is_principle else TIGHTER
    if isinstance(before, Leaf) and isinstance(after, Leaf):
        if (before.fact, before.computed, before.check) != (after.fact, after.computed, after.check):
            return OTHER
        if isinstance(before.limit, LawParameter) or isinstance(after.limit, LawParameter):
            return OTHER
        found = direction(after.operator, before.limit, after.limit, was=before.operator)
        return OTHER if found == SAME else found
    if isinstance(before, Group) and isinstance(after, Group) and len(before.parts) == len(after.parts):
        return direction("at_least", before.wanted, after.wanted).replace(SAME, OTHER)
    return OTHER
