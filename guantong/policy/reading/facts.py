"""region.yaml, documents, calendars and worked cases: nodes → shapes."""

from __future__ import annotations

import re
from datetime import date

from guantong.kernel.identity import INVENTED_REGIONS
from guantong.kernel.refusal import Where
from guantong.policy import errors
from guantong.policy.reading.fields import Fields, Notes, Skip, plain
from guantong.policy.reading.nodes import Items, Node, Scalar, short
from guantong.policy.schema.shapes import (
    DOCUMENT_STATES,
    REGION_LEVELS,
    CalendarYear,
    Case,
    Document,
    FixedDays,
    Place,
    Region,
)
from guantong.policy.schema.units import UNITS, UnitFault

REGION_KEYS = ("code", "name_zh", "name_en", "level", "parent", "invented", "notice")
DOCUMENT_KEYS = (
    "id", "title_zh", "title_en", "number", "issuer", "issued_on", "in_force_from", "repealed_on",
    "level", "state", "note", "superseded_by", "origin",
)  # fmt: skip
CASE_KEYS = ("name", "parameter", "region", "on", "scope", "expect", "refuses", "from_region")
_CODE = re.compile(r"[0-9]{6}")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_region(node: Node, file: str, folder: str, notes: Notes) -> Region:
    """The region of a folder; raises :class:`Skip` when it cannot be told which region it is."""
    fields = Fields(node, file=file, notes=notes, place="region.yaml", known=REGION_KEYS)
    code = fields.needed_text("code")
    if _CODE.fullmatch(code) is None:
        fields.wrong("code", "六位数字的地区代码", Scalar(code, True, fields.line))
    if folder.split("-")[0] != code:
        notes.add(errors.FOLDER_NAME.problem(where=fields.at("code"), folder=folder, region=code))
    level = fields.choice("level", REGION_LEVELS)
    parent = fields.text("parent")
    invented = fields.flag("invented", False)
    notice = fields.text("notice")
    if (level == "nation") != (parent is None):
        why = "国家一级不能有上级" if level == "nation" else "国家以下的地区必须写明上级"
        notes.add(errors.LEVELS.problem(where=fields.at("parent"), why=why))
    in_range = INVENTED_REGIONS[0] <= code <= INVENTED_REGIONS[1]
    if invented and (not in_range or notice is None):
        why = f"虚构地区使用了真实地区的代码 {code}" if not in_range else "虚构地区没有写明告示"
        notes.add(errors.INVENTED.problem(where=fields.at("code" if not in_range else "notice"), why=why))
    if in_range and not invented:
        notes.add(errors.INVENTED.problem(where=fields.at("invented"), why=f"代码 {code} 属于虚构地区，却没有标明虚构"))
    return Region(
        code=code,
        name_zh=fields.needed_text("name_zh"),
        name_en=fields.text("name_en"),
        level=level,
        parent=parent,
        invented=invented,
        notice=notice,
        folder=folder,
        place=fields.place("code"),
    )


def read_document(node: Node, file: str, region: str, notes: Notes) -> Document:
    """One entry of ``documents``."""
    fields = Fields(node, file=file, notes=notes, place="文件条目", known=DOCUMENT_KEYS)
    name = fields.needed_text("id")
    if _ID.fullmatch(name) is None:
        fields.wrong("id", "小写英文、数字和连字符组成的编号", Scalar(name, True, fields.line))
    for key in ("number", "issuer", "in_force_from"):
        if key not in fields.node.pairs:
            notes.add(errors.MISSING_KEY.problem(where=fields.at(), place=f"文件“{name}”", key=key))
    document = Document(
        id=name,
        region=region,
        title_zh=fields.needed_text("title_zh"),
        title_en=fields.text("title_en"),
        number=fields.text("number"),
        issuer=fields.text("issuer"),
        issued_on=fields.day("issued_on"),
        in_force_from=fields.day("in_force_from"),
        repealed_on=fields.day("repealed_on"),
        level=fields.choice("level", REGION_LEVELS),
        state=fields.choice("state", DOCUMENT_STATES),
        note=fields.text("note"),
        superseded_by=fields.text("superseded_by"),
        origin=fields.text("origin"),
        place=fields.place("id"),
    )
    _check_document_dates(document, fields, notes)
    return document


def _check_document_dates(document: Document, fields: Fields, notes: Notes) -> None:
    starts, ends = document.in_force_from, document.repealed_on
    if starts is not None and ends is not None and ends <= starts:
        notes.add(errors.ENDS_BEFORE_START.problem(where=fields.at("repealed_on"), ends=ends, starts=starts))
    ended = document.state in {"repealed", "superseded", "expired"}
    if ended and ends is None:
        why = f"写的是“{document.state}”，却没有 repealed_on"
        notes.add(errors.DOCUMENT_STATE.problem(where=fields.at("state"), document=document.id, why=why))
    if starts is None and document.note is None:
        why = "没有施行日期时，应当在 note 里说明原因"
        notes.add(errors.DOCUMENT_STATE.problem(where=fields.at("in_force_from"), document=document.id, why=why))


def read_calendar(node: Node, file: str, notes: Notes) -> tuple[list[CalendarYear], list[FixedDays]]:
    """The years and the statutory fixed days of one calendar file."""
    fields = Fields(node, file=file, notes=notes, place="日历", known=("years", "fixed_days"))
    years: list[CalendarYear] = []
    for key, line, inner in fields.entries("years") or ():
        try:
            years.append(_read_year(key, line, inner, file, notes))
        except Skip:
            continue
    fixed: list[FixedDays] = []
    for inner in fields.items("fixed_days"):
        try:
            fixed.append(_read_fixed(inner, file, notes))
        except Skip:
            continue
    return years, fixed


def _read_fixed(node: Node, file: str, notes: Notes) -> FixedDays:
    known = ("in_force_from", "document", "clause", "days")
    fields = Fields(node, file=file, notes=notes, place="法定放假日", known=known)
    days: set[str] = set()
    month_day = UNITS["month_day"].read
    for inner in fields.items("days"):
        where = Where(file=file, line=inner.line)
        text = inner.text if isinstance(inner, Scalar) else ""
        try:
            days.add(str(month_day(text) if month_day is not None else text))
        except UnitFault as fault:
            notes.add(errors.OUT_OF_UNIT.problem(where=where, given=short(text), unit="月日", why=fault))
    document = fields.needed_text("document")
    clause = fields.text("clause")
    if clause is None:
        notes.add(errors.MISSING_CLAUSE.problem(where=fields.at("document"), document=document))
    return FixedDays(fields.needed_day("in_force_from"), document, clause or "", frozenset(days), fields.place())


def _read_year(key: str, line: int, node: Node, file: str, notes: Notes) -> CalendarYear:
    known = ("state", "document", "clause", "holidays", "workdays")
    fields = Fields(node, file=file, notes=notes, place=f"日历 {key} 年", known=known, line=line)
    if not key.isascii() or not key.isdigit() or not 1949 <= int(key) <= 2100:
        fields.wrong(key, "1949 到 2100 之间的年份", Scalar(key, True, line))
    year = int(key)
    state = fields.choice("state", ("published", "provisional"))
    document, clause = fields.text("document"), fields.text("clause")
    if state == "published":
        if document is None:
            fields.missing("document")
        if clause is None:
            notes.add(errors.MISSING_CLAUSE.problem(where=fields.at("document"), document=document))
    holidays: dict[date, str] = {}
    for holiday in fields.items("holidays"):
        entry = Fields(holiday, file=file, notes=notes, place="节日", known=("name", "days"))
        name = entry.needed_text("name")
        for day, where in _days(entry, "days", year):
            if day in holidays:
                notes.add(errors.CALENDAR_DAY.problem(where=where, day=day, why="写了两次"))
            holidays[day] = name
    workdays: set[date] = set()
    for day, where in _days(fields, "workdays", year):
        why = None
        if day in holidays:
            why = "既是放假日又是上班日"
        elif day.weekday() < 5:
            why = "本来就不是周末，不需要列为调休上班"
        elif day in workdays:
            why = "写了两次"
        if why is not None:
            notes.add(errors.CALENDAR_DAY.problem(where=where, day=day, why=why))
        workdays.add(day)
    return CalendarYear(year, state, document, clause, holidays, frozenset(workdays), Place(file, line))


def _days(fields: Fields, key: str, year: int) -> list[tuple[date, Where]]:
    found: list[tuple[date, Where]] = []
    for node in fields.items(key):
        where = Where(file=fields.file, line=node.line)
        if not isinstance(node, Scalar):
            fields.wrong(key, "日期的列表", node)
        try:
            day = fields.day_of(key, node.text, where)
        except Skip:
            continue
        if day.year != year:
            fields.notes.add(errors.CALENDAR_DAY.problem(where=where, day=day, why=f"不在 {year} 年"))
            continue
        found.append((day, where))
    return found


def read_cases(node: Node, file: str, notes: Notes) -> list[Case]:
    """The worked examples of one file: a list, or ``cases: [...]``."""
    if isinstance(node, Items):
        nodes = node.nodes
    else:
        nodes = Fields(node, file=file, notes=notes, place="例子文件", known=("cases",)).items("cases")
    read: list[Case] = []
    for inner in nodes:
        try:
            read.append(_read_case(inner, file, notes))
        except Skip:
            continue
    return read


def _read_case(node: Node, file: str, notes: Notes) -> Case:
    fields = Fields(node, file=file, notes=notes, place="例子", known=CASE_KEYS)
    name = fields.needed_text("name")
    refuses = fields.text("refuses")
    expected = fields.node.get("expect")
    if (expected is None) == (refuses is None):
        notes.add(errors.CASE_SHAPE.problem(where=fields.at(), name=name))
        raise Skip
    if refuses is not None and not refuses.startswith("POL-"):
        notes.add(errors.STRANGE_KIND.problem(where=fields.at("refuses"), code=refuses))
        raise Skip
    expect = plain(expected, file=file, notes=notes, key="expect") if expected is not None else None
    if expected is not None and isinstance(expected, Scalar) and expected.is_null:
        fields.wrong("expect", "一个值", expected)
    return Case(
        name=name,
        parameter=fields.needed_text("parameter"),
        region=fields.needed_text("region"),
        on=fields.needed_day("on"),
        scope=fields.text("scope"),
        expect=expect,
        refuses=refuses,
        from_region=fields.text("from_region"),
        place=fields.place("name"),
    )
