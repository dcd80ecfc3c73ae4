"""``panel:`` of a step, read with the place of every fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from guantong.kernel.digest import canonical_json, digest_of
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.definition.duties import BASIS_KEYS, read_basis
from guantong.procedure.cases.definition.places import Faults, Node, refuse_repeats
from guantong.procedure.rounds.homes import QUOTAS, ROUNDS
from guantong.procedure.rounds.seats import QuotaPlan

from . import errors
from .ranking import LAST_KEYS
from .scoring import Criterion, Drop
from .spec import NAME, RECUSALS, Number, PanelSpec

_KEYS = (
    "pool",
    "experts",
    "recuse",
    "blind",
    "field",
    "scores",
    "places",
    "drop",
    "pass",
    "ties",
    "passed",
    "failed",
    "show",
    "help",
    *BASIS_KEYS,
)
_POOL = re.compile(r"[a-z][a-z0-9-]{1,59}")
MOST_EXPERTS = 99


def unclear(node: Node, key: str, why: str, do: str) -> None:
    """Note PAN-001 at a key."""
    node.faults.add(errors.PANEL_UNCLEAR, node.at(key), why=why, do=do)


def read_panel(step: Node) -> PanelSpec | None:
    """The panel of a step; faults are noted (PAN-001, PRC-002 …)."""
    node = Node(step.faults, step.at("panel"), step.values["panel"], _KEYS)
    if not node.is_mapping:
        return None
    pool = node.text("pool", "从哪个专家库抽取", longest=60)
    if pool and _POOL.fullmatch(pool) is None:
        node.wrong("pool", "专家库的编号，用小写英文字母、数字和连字符")
    criteria = _criteria(node)
    at_least, top, quota = _pass(node)
    drop = _drop(node)
    experts = _number(node, "experts", "每件抽几位专家", "count", least=1, most=MOST_EXPERTS)
    if experts.value is not None and experts.value <= drop.highest + drop.lowest:
        do = "请多抽几位专家，或少去掉几个分数。"
        unclear(node, "drop", f"{experts.value}位专家去掉{drop.highest + drop.lowest}个分数，就没有分数了", do)
    recuse = node.texts("recuse")
    for ground in recuse:
        if ground not in RECUSALS:
            node.wrong("recuse", "下列之一：" + "、".join(RECUSALS))
    return PanelSpec(
        pool=pool,
        experts=experts,
        recuse=tuple(dict.fromkeys(("same_organisation", *(g for g in recuse if g in RECUSALS)))),
        is_blind=node.flag("blind", default=False),
        field=node.text("field"),
        criteria=criteria,
        places=node.integer("places", least=0, most=2, default=1),
        drop=drop,
        at_least=at_least,
        top=top,
        top_quota=quota,
        ties=_ties(node, criteria),
        passed=node.text("passed", "通过以后到哪一环节或结果"),
        failed=node.text("failed", "没有通过的到哪一环节或结果"),
        show=node.texts("show"),
        help=node.text("help"),
        basis=read_basis(node, "panel"),
        digest=digest_of(json.loads(canonical_json(step.values["panel"]))),
    )


def _criteria(node: Node) -> tuple[Criterion, ...]:
    found: list[tuple[str, Criterion]] = []
    for path, entry in node.items("scores", "评分的各项"):
        part = Node(node.faults, path, entry, ("id", "title", "most", "help"))
        most = part.number("most")
        if most is None or not 0 < most <= 10_000:
            part.wrong("most", "这一项最多几分，大于0")
            most = Decimal(1)
        found.append(
            (path, Criterion(part.id(reserved=LAST_KEYS), part.text("title", "评分项"), most, part.text("help")))
        )
    if not found and node.has("scores"):
        node.wrong("scores", "至少一项")
    refuse_repeats(node.faults, "评分项", [(path, c.id) for path, c in found])
    return tuple(c for _, c in found)


def _drop(node: Node) -> Drop:
    if not node.has("drop"):
        return Drop()
    part = Node(node.faults, node.at("drop"), node.values["drop"], ("highest", "lowest"))
    return Drop(part.integer("highest", least=0, most=20), part.integer("lowest", least=0, most=20))


def _pass(node: Node) -> tuple[Number | None, Number | None, str]:
    """(threshold, places, quota) of ``pass``."""
    if not node.has("pass"):
        unclear(node, "pass", "没有写怎样算通过", "请写最低分，或者取前几名，或者两样都写。")
        return None, None, ""
    part = Node(node.faults, node.at("pass"), node.values["pass"], ("at_least", "top"))
    if part.is_mapping and not part.has("at_least") and not part.has("top"):
        unclear(part, "at_least", "没有写怎样算通过", "请写最低分，或者取前几名，或者两样都写。")
    at_least = _number(part, "at_least", "", "score", least=0, most=10_000) if part.has("at_least") else None
    if not part.has("top"):
        return at_least, None, ""
    given = part.values["top"]
    if isinstance(given, Mapping) and "quota" in given:
        by = Node(part.faults, part.at("top"), given, ("quota",))
        return at_least, None, by.text("quota", "按哪一个名额")
    return at_least, _number(part, "top", "取前几名", "count", least=1, most=100_000), ""


def _number(node: Node, key: str, meaning: str, unit: str, *, least: int, most: int) -> Number:
    given = node.values.get(key)
    if isinstance(given, Mapping):
        part = Node(node.faults, node.at(key), given, ("parameter", "scope"))
        name = part.text("parameter", "登记了这个数的政策参数")
        known = node.faults.parameters
        if name and known is not None and name not in known:
            unclear(part, "parameter", f"没有名为“{name}”的政策参数", "请改正名称，或先登记这一参数。")
        elif name and isinstance(known, Mapping) and known[name] != unit:
            unclear(part, "parameter", f"政策参数“{name}”的单位是“{known[name]}”", f"请换一个以 {unit} 为单位的参数。")
        return Number(None, name, part.text("scope"))
    if unit == "count":
        return Number(Decimal(node.integer(key, meaning, least=least, most=most, default=least)))
    number = node.number(key)
    if number is not None and not least <= number <= most:
        node.wrong(key, f"{least}到{most}之间的数")
    return Number(number if number is not None else Decimal(least))


def _ties(node: Node, criteria: Iterable[Criterion]) -> tuple[str, ...]:
    known = (*(c.id for c in criteria), *LAST_KEYS)
    ties = node.texts("ties")
    for key in ties:
        if key not in known:
            node.wrong("ties", "下列之一：" + "、".join(known))
    if "lot" in ties and ties[-1] != "lot":
        unclear(node, "ties", "抽签写在了中间，后面的就用不上了", "请把抽签写在最后，或者不写（最后总是抽签）。")
    return tuple(dict.fromkeys((*(k for k in ties if k in known and k != "lot"), "lot")))


def check_panels(faults: Faults, definition: Definition) -> None:
    """Faults that need the whole definition: a quota or a field that does not exist."""
    quotas = definition.parts.get(QUOTAS)
    known = {q.id for q in quotas if isinstance(q, QuotaPlan)} if isinstance(quotas, tuple) else set()
    fields = {f.id: f for f in definition.form}
    seen = {*fields, *(r.id for r in definition.requirements)}
    first = [s for s in definition.steps.values() if s.stage == "first"]
    for step in definition.steps.values():
        spec = step.parts.get(NAME)
        if not isinstance(spec, PanelSpec):
            continue
        path = f"steps.{first.index(step)}.panel" if step in first else "appeal.steps"

        def note(key: str, why: str, do: str, path: str = path) -> None:
            faults.add(errors.PANEL_UNCLEAR, f"{path}.{key}", why=why, do=do)

        if step.of in ("learner", "declarer", "department"):
            note("of", "评审环节归申报的一方办理", "请改由学校或主管部门组织评审。")
        if step.parallel is not None:
            note("parallel", "一个环节不能既由专家评审又由几方并行审核", "请分成两个环节。")
        if spec.top_quota and spec.top_quota not in known:
            note(
                "pass",
                f"没有名额“{spec.top_quota}”",
                "请改为下列之一：" + ("、".join(sorted(known)) or "（尚无名额）") + "。",
            )
        if spec.is_ranked and ROUNDS not in definition.parts:
            note("pass", "按名次取舍，却没有批次，不知道和谁比", "请写上 rounds，或者改为最低分。")
        field = spec.field.removeprefix("declared.")
        if spec.field and (not spec.field.startswith("declared.") or field not in fields):
            note("field", f"“{spec.field}”不是申报表里的一项", "请写 declared. 加上申报表里一项的编号。")
        for name in spec.show:
            if name.removeprefix("declared.") not in seen:
                note("show", f"“{name}”不是申报表里的一项，也不是材料", "请改正，或者不写（全部可看）。")
        if spec.at_least is not None and spec.at_least.value is not None and spec.at_least.value > spec.most:
            note("pass", f"最低分{spec.at_least.value}超过了满分{spec.most}", "请核对各项的分值和最低分。")
