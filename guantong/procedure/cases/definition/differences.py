"""What one version of a procedure changes against another, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .duties import period_words
from .parts import Definition, Duration, Step


def differences(before: Definition, after: Definition, mapping: Mapping[str, str] | None = None) -> list[str]:
    """Every difference a reader of the law would ask about, in the order of the definition. Empty: none.

    ``mapping`` names steps and outcomes that only bear another id in the later version.
    """
    renamed = mapping or {}
    found: list[str] = []
    if before.title != after.title:
        found.append(f"名称由“{before.title}”改为“{after.title}”。")
    found += _listed("填报栏目", _titles(before.form), _titles(after.form))
    found += _listed("材料", _titles(before.requirements), _titles(after.requirements))
    if before.document.get("conditions") != after.document.get("conditions"):
        found.append("条件有改动。")
    steps = {renamed.get(s.id, s.id): s for s in before.steps.values()}
    found += _listed("环节", _titles(steps.values(), steps), _titles(after.steps.values()))
    for step_id, new in after.steps.items():
        old = steps.get(step_id)
        found += _step(old, new) if old is not None else []
    outcomes = {renamed.get(o.id, o.id): o.title for o in before.outcomes.values()}
    found += _listed("结果", outcomes, {o.id: o.title for o in after.outcomes.values()})
    for key in sorted({*before.document, *after.document} - _TOLD):
        if before.document.get(key) != after.document.get(key):
            found.append(f"“{key}”这一项有改动。")
    return found


_TOLD = {"version", "title", "form", "materials", "conditions", "steps", "outcomes"}


def _titles(entries: Iterable[Any], ids: Iterable[str] | None = None) -> dict[str, str]:
    known = list(entries)
    return dict(zip(ids if ids is not None else (e.id for e in known), (e.title for e in known), strict=True))


def _listed(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    added = [title for key, title in after.items() if key not in before]
    gone = [title for key, title in before.items() if key not in after]
    told = [f"新增{what}：{'、'.join(added)}。"] if added else []
    return told + ([f"取消{what}：{'、'.join(gone)}。"] if gone else [])


def _step(old: Step, new: Step) -> list[str]:
    found: list[str] = []
    name = new.title
    if old.title != new.title:
        found.append(f"环节“{old.title}”改称“{new.title}”。")
    if (old.role, old.of, old.branch, old.parallel) != (new.role, new.of, new.branch, new.parallel):
        found.append(f"“{name}”由谁办理有改动。")
    if _length(old.deadline) != _length(new.deadline):
        found.append(f"“{name}”的期限由{_length(old.deadline)}改为{_length(new.deadline)}。")
    if old.on_timeout != new.on_timeout:
        found.append(f"“{name}”到期怎么办有改动。")
    if old.actions != new.actions:
        found.append(f"“{name}”可以做的操作有改动。")
    rest_old = (old.extension, old.suspension, old.different_from, old.only_items, old.parts)
    if rest_old != (new.extension, new.suspension, new.different_from, new.only_items, new.parts):
        found.append(f"“{name}”的其他规定（延长、暂停、回避、评审等）有改动。")
    return found


def _length(duration: Duration | None) -> str:
    if duration is None:
        return "没有期限"
    if duration.by:
        return f"每年{duration.by}以前" if "-" in duration.by else f"由 {duration.by} 规定的日子"
    if duration.parameter is not None:
        return f"参数 {duration.parameter} 规定的期限"
    return period_words(duration.count or 0, duration.unit)
