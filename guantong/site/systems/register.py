"""Reads ``register.yaml``: one entry a system id."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from guantong.policy.reading.fields import Fields, Notes
from guantong.policy.reading.nodes import read_nodes

STATES = {"works": "可以使用", "partly": "部分可用", "planned": "计划中"}
FILE = Path(__file__).with_name("register.yaml")
_KEYS = ("id", "area", "title_zh", "title_en", "what", "state", "place", "try")


@dataclass(frozen=True, slots=True)
class System:
    """One system: its id, names, area, purpose and how far it is carried out."""

    id: str
    area: str
    title_zh: str
    title_en: str
    what: str
    state: str
    """works | partly | planned."""
    place: str | None
    """Folder of the code; None while planned."""
    try_it: str | None
    """A command or page; None while planned."""

    @property
    def page(self) -> str | None:
        """The address in ``try_it``, when it names a page."""
        last = (self.try_it or "").rsplit("：", 1)[-1]
        return last if last.startswith("/") else None

    def as_json(self) -> dict[str, str | None]:
        """The object of ``guantong systems --json``."""
        data: dict[str, str | None] = asdict(self)
        data["try"] = data.pop("try_it")
        return data


@lru_cache(maxsize=1)
def systems() -> tuple[System, ...]:
    """Every system in the order of the register; raises ``ValueError`` when the file itself is wrong."""
    notes = Notes()
    root, problems = read_nodes(FILE.read_bytes(), FILE.name)
    if root is None or problems:
        raise ValueError("; ".join(p.sentence() for p in problems))
    top = Fields(root, file=FILE.name, notes=notes, place="register", known=("systems",))
    found: list[System] = []
    for node in top.items("systems"):
        fields = Fields(node, file=FILE.name, notes=notes, place="system", known=_KEYS)
        found.append(
            System(
                id=fields.needed_text("id"),
                area=fields.needed_text("area"),
                title_zh=fields.needed_text("title_zh"),
                title_en=fields.needed_text("title_en"),
                what=fields.needed_text("what"),
                state=fields.choice("state", STATES),
                place=fields.text("place"),
                try_it=fields.text("try"),
            )
        )
    if notes.problems:
        raise ValueError("; ".join(p.sentence() for p in notes.problems))
    return tuple(found)


def by_area() -> dict[str, list[System]]:
    """The systems of each area, in the order of the register."""
    areas: dict[str, list[System]] = {}
    for system in systems():
        areas.setdefault(system.area, []).append(system)
    return areas


def as_markdown() -> str:
    """The text of docs/systems.md."""
    all_systems = systems()
    counts = "、".join(f"{word} {sum(s.state == state for s in all_systems)}" for state, word in STATES.items())
    lines = [
        "# 制度地图",
        "",
        "<!-- Written by: guantong systems --markdown > docs/systems.md (a test checks that it is current) -->",
        "",
        f"政策文件要求的 {len(all_systems)} 项制度，以及本版本做到了哪一步：{counts}。",
    ]
    for area, entries in by_area().items():
        lines += [
            "",
            f"## {area}",
            "",
            "| 编号 | 制度 | 做什么 | 状态 | 位置 | 怎样试用 |",
            "|---|---|---|---|---|---|",
        ]
        for s in entries:
            place = f"`{s.place}`" if s.place else "—"
            lines.append(f"| {s.id} | {s.title_zh} | {s.what} | {STATES[s.state]} | {place} | {s.try_it or '—'} |")
    return "\n".join(lines) + "\n"
