"""Levels, course categories, topics and states, with their Chinese labels; which state may follow which."""

from __future__ import annotations

SECONDARY, HIGHER, BACHELOR = "secondary", "higher", "bachelor"
LEVELS = [(SECONDARY, "中等职业教育"), (HIGHER, "高等职业教育专科"), (BACHELOR, "高等职业教育本科")]

OFFERED, SUSPENDED, WITHDRAWN = "offered", "suspended", "withdrawn"
OFFERING_STATES = [(OFFERED, "招生"), (SUSPENDED, "暂停招生"), (WITHDRAWN, "撤销")]

DRAFTED, PUBLISHED, SUPERSEDED = "drafted", "published", "superseded"
PLAN_STATES = [(DRAFTED, "草案"), (PUBLISHED, "已发布"), (SUPERSEDED, "已被替代")]
PLAN_TRANSITIONS = {DRAFTED: frozenset({PUBLISHED}), PUBLISHED: frozenset({SUPERSEDED}), SUPERSEDED: frozenset()}

PUBLIC, FOUNDATION, CORE, ELECTIVE, PRACTICE = "public", "foundation", "core", "elective", "practice"
COURSE_CATEGORIES = [
    (PUBLIC, "公共基础课"),
    (FOUNDATION, "专业基础课"),
    (CORE, "专业核心课"),
    (ELECTIVE, "专业拓展课"),
    (PRACTICE, "实践教学"),
]

FROM_JUNIOR, FROM_SENIOR, FROM_SECONDARY, FROM_HIGHER = "junior", "senior", "secondary", "higher"
ENTRIES = [
    (FROM_JUNIOR, "初中毕业"),
    (FROM_SENIOR, "高中阶段毕业"),
    (FROM_SECONDARY, "中职毕业"),
    (FROM_HIGHER, "高职专科毕业"),
]

SPIRIT, LABOUR, IDEOLOGY, INTERNSHIP = "spirit", "labour", "ideology", "internship"
PHYSICAL, MILITARY, CAREER, MENTAL, SAFETY, ART = "physical", "military", "career", "mental", "safety", "art"
TOPICS = [
    (SPIRIT, "劳动精神、劳模精神、工匠精神专题"),
    (LABOUR, "劳动教育"),
    (IDEOLOGY, "思想政治"),
    (INTERNSHIP, "岗位实习"),
    (PHYSICAL, "体育与健康"),
    (MILITARY, "军事"),
    (CAREER, "职业规划与就业创业"),
    (MENTAL, "心理健康"),
    (SAFETY, "安全教育"),
    (ART, "艺术"),
]

ENROLLED, TRANSFERRED, GRADUATED, LEFT = "enrolled", "transferred", "graduated", "left"
RECORD_STATES = [(ENROLLED, "在籍"), (TRANSFERRED, "已转出"), (GRADUATED, "已毕业"), (LEFT, "已离校")]
RECORD_TRANSITIONS = {
    ENROLLED: frozenset({TRANSFERRED, GRADUATED, LEFT}),
    TRANSFERRED: frozenset(),
    GRADUATED: frozenset(),
    LEFT: frozenset(),
}

_LABELS = {
    key: label
    for pairs in (LEVELS, OFFERING_STATES, PLAN_STATES, COURSE_CATEGORIES, TOPICS, RECORD_STATES)
    for key, label in pairs
}
_ENTRY_LABELS = dict(ENTRIES)


def label_of(key: str) -> str:
    """Chinese label of a level, category, topic or state (not of an entry: see :func:`entry_label`)."""
    return _LABELS.get(key, key)


def entry_label(key: str) -> str:
    """Chinese label of who may enter a plan."""
    return _ENTRY_LABELS.get(key, key)
