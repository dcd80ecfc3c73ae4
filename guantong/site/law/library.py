"""The policy as pages need it: who cites a clause, and search in simplified and traditional script alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import opencc

from guantong.policy.asking import Policy
from guantong.policy.asking.listing import ValueRow, list_values
from guantong.policy.schema.shapes import Document, Parameter

RAW_NAMES = {
    "procedures": "办理程序",
    "blocks": "共用段",
    "codes": "代码表",
    "equivalences": "比照关系",
    "rulesets": "转换规则",
    "indicators": "指标",
    "sheets": "表样",
    "targets": "名册目标",
    "ledgers": "任务台账",
    "admission": "招生办法",
}


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """``text`` in simplified script, half-width, lower case: what is compared in searches."""
    return str(_converter().convert(unicodedata.normalize("NFKC", text))).casefold()


def words_of(query: str) -> tuple[str, ...]:
    """The words of a search; all of them must be found."""
    return tuple(folded(query[:100]).split())


@dataclass(frozen=True, slots=True)
class Citing:
    """Something that rests on a clause: a dated value, or a procedure, list or table."""

    clause: str
    kind: str
    title: str
    region_name: str
    shown: str
    scope: str | None
    parameter: str | None


class Library:
    """Indexes over one loaded policy; built once, kept while the policy is."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.rows: list[ValueRow] = list_values(policy)
        self.rows_of: dict[str, list[ValueRow]] = {}
        for row in self.rows:
            self.rows_of.setdefault(row.parameter, []).append(row)
        self.citing: dict[str, list[Citing]] = {}
        for document, citing in self._all_citing():
            self.citing.setdefault(document, []).append(citing)
        self.document_text = {d.id: folded(" ".join(_document_words(d))) for d in policy.documents.values()}
        self.parameter_text = {
            p.name: folded(" ".join(_parameter_words(p, self.rows_of[p.name]))) for p in policy.parameters.values()
        }

    def _all_citing(self) -> Iterator[tuple[str, Citing]]:
        policy = self.policy
        for (parameter, setting, strand, value, _), row in zip(policy.dated_values(), self.rows, strict=True):
            name = policy.regions[setting.region].name_zh
            for reference in value.references:
                yield (
                    reference.document,
                    Citing(
                        reference.clause, "参数", parameter.short_label, name, row.shown, strand.scope, parameter.name
                    ),
                )
        for code, held in policy.folders.items():
            name = policy.regions[code].name_zh
            for year in held.calendar.values():
                if year.document is not None:
                    title = f"{year.year}年放假安排"
                    yield year.document, Citing(year.clause or "", "工作日历", title, name, "", None, None)
            for rule in held.fixed_days:
                yield rule.document, Citing(rule.clause, "工作日历", "法定节假日", name, "", None, None)
            for kind, entries in held.raw.items():
                for entry in entries:
                    title = _title_of(entry.data, entry.id, self.policy)
                    for document, clause in dict.fromkeys(_references(entry.data)):
                        if "$" in clause:
                            continue  # filled in where the shared part is used, and told there
                        yield document, Citing(clause, RAW_NAMES.get(kind, kind), title, name, "", None, None)

    def documents(self, query: str = "", level: str = "", region: str = "") -> list[Document]:
        """Documents that hold every word of the search, latest first; undated ones last."""
        words = words_of(query)
        codes = set(self.policy.chain(region)) if region else None
        found = [
            d
            for d in self.policy.documents.values()
            if (not level or d.level == level)
            and (codes is None or d.region in codes)
            and all(word in self.document_text[d.id] for word in words)
        ]
        return sorted(found, key=lambda d: (_latest(d), d.id), reverse=True)

    def parameters(self, query: str = "", system: str = "", region: str = "") -> list[Parameter]:
        """Parameters that hold every word, are of the system, and are set in the region's chain; nearest first."""
        words = words_of(query)
        codes = set(self.policy.chain(region)) if region else None
        found = [
            p
            for p in self.policy.parameters.values()
            if (not system or p.system == system)
            and (codes is None or codes & set(p.settings))
            and all(word in self.parameter_text[p.name] for word in words)
        ]
        return sorted(found, key=lambda p: _distance(p, words)) if words else found

    def systems(self) -> list[str]:
        """Ids of the systems that have parameters."""
        return sorted({p.system for p in self.policy.parameters.values()}, key=lambda s: (s[0], int(s[1:] or 0)))


@lru_cache(maxsize=2)
def library_of(policy: Policy) -> Library:
    """The indexes of a policy (policies are compared by identity)."""
    return Library(policy)


_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")}
_RUN = re.compile(r"([零一二三四五六七八九十百]+)|([0-9]+)|([^零一二三四五六七八九十百0-9]+)")


def _count(numerals: str) -> int:
    """The number written in Chinese numerals below a thousand."""
    total, digit = 0, 0
    for numeral in numerals:
        if numeral in "十百":
            total += max(digit, 1) * (10 if numeral == "十" else 100)
            digit = 0
        else:
            digit = _NUMERALS[numeral]
    return total + digit


def _title_of(data: Mapping[str, object], id_: str, policy: Policy) -> str:
    """What an entry is called: its title; of an equivalence its purpose and what is held equal to what; of a target its
    parameter."""
    if "purpose" in data and "from" in data:
        return f"{data['purpose']}：{data['from']}比照{data.get('to')}"
    parameter = policy.parameters.get(str(data.get("parameter")))
    return str(data.get("title") or data.get("name") or (parameter.short_label if parameter else id_))


def clause_order(clause: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts clauses as a document prints them: 第二条 before 第十条, （九） before （十六）."""
    key: list[tuple[int, int, str]] = []
    for numerals, digits, text in _RUN.findall(clause[:60]):
        if numerals or digits:
            key.append((0, _count(numerals) if numerals else int(digits), ""))
        else:
            key.append((1, 0, text))
    return tuple(key)


def _distance(parameter: Parameter, words: tuple[str, ...]) -> int:
    """0 when the label says it, 1 when the description or name does, 2 when only a value or clause does."""
    if all(word in folded(parameter.short_label) for word in words):
        return 0
    near = folded(f"{parameter.short_label} {parameter.description} {parameter.name}")
    return 1 if all(word in near for word in words) else 2


def _latest(document: Document) -> str:
    day = document.in_force_from or document.issued_on
    return day.isoformat() if day is not None else ""


def _document_words(document: Document) -> Iterable[str]:
    parts = (document.title_zh, document.title_en, document.number, document.issuer, document.note, document.id)
    return (part for part in parts if part)


def _parameter_words(parameter: Parameter, rows: Iterable[ValueRow]) -> Iterable[str]:
    yield from (parameter.name, parameter.short_label, parameter.description, parameter.system)
    for row in rows:
        yield from (
            row.shown,
            row.scope or "",
            row.document_title,
            row.document_number or "",
            row.clause,
            row.region_name,
        )


def _references(data: object) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, inner in data.items():
            if key in {"reference", "references"} and isinstance(inner, list):
                for item in inner:
                    if isinstance(item, Mapping) and item.get("document"):
                        yield str(item["document"]), str(item.get("clause") or "")
            else:
                yield from _references(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _references(inner)
