"""Faults found between the files (an unknown unit, a doubled score) get back the file and line they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from guantong.engines.matching import errors
from guantong.engines.matching.files.rules_file import RulesText
from guantong.engines.matching.files.table import Table, lines_of
from guantong.kernel.refusal import Problem, Where

_CANDIDATE = re.compile(r"^考生(.+?)(?:第(\d+)志愿)?$", re.DOTALL)
_PLACE = re.compile(r"^计划(.+)$", re.DOTALL)
_NUMBERED = re.compile(r"^第(\d+)(?:位考生|项计划)$")
_DOUBLED = re.compile(r"^考生“(.+?)”在“(.+?)”有两个成绩")
_PAIRED = ("scores", "send_backs", "fixed")


class Placing:
    """Finds lines of the tables of a run; each table is read again at most once."""

    def __init__(self, tables: Mapping[str, Table], rules: RulesText | None) -> None:
        self.tables = tables
        self.rules = rules
        self._rows: dict[str, dict[tuple[str, ...], list[int]]] = {}

    @staticmethod
    def lines(table: Table, rows: set[int]) -> dict[int, int]:
        """Lines of the rows with these numbers."""
        return lines_of(table, rows)

    def placed(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems with their places in the files."""
        found = list(problems)
        choices = self.tables.get("choices")
        of_choices = {p.where.line for p in found if choices is not None and p.where.file == choices.name}
        numbers = {number for number in of_choices if number is not None}
        lines = lines_of(choices, numbers) if choices is not None and numbers else {}
        for problem in found:
            where = problem.where
            if choices is not None and where.file == choices.name and where.line is not None:
                yield problem.at(replace(where, line=lines.get(where.line)))
            elif problem.code == errors.DOUBLED_SCORE.code and (pair := _DOUBLED.match(problem.message)) is not None:
                yield problem.at(self._at("scores", ("candidate_id", "place_id"), (pair[1], pair[2]), where))
            else:
                yield problem.at(self._place(where))

    def _place(self, where: Where) -> Where:
        title = where.title or ""
        if (numbered := _NUMBERED.match(title)) is not None:
            what = "candidates" if "考生" in title else "places"
            row = int(numbered[1]) - 1
            line = lines_of(self.tables[what], {row}).get(row)
            return replace(where, file=self.tables[what].name, line=line, title=None)
        if (place := _PLACE.match(title)) is not None:
            return self._at("places", ("place_id",), (place[1],), where)
        if (named := _CANDIDATE.match(title)) is not None:
            candidate, ordinal = named[1], named[2]
            if ordinal is not None:
                return self._at("choices", ("candidate_id", "ordinal"), (candidate, ordinal), where)
            if where.column is not None:
                return self._at("candidates", ("candidate_id",), (candidate,), where)
            for what in _PAIRED:
                if what in self.tables and where.value is not None:
                    at = self._at(what, ("candidate_id", "place_id"), (candidate, where.value), where)
                    if at.line is not None:
                        return at
            return self._at("candidates", ("candidate_id",), (candidate,), where)
        if where.column is not None and title == "":
            return replace(where, file=self.tables["candidates"].name, line=1, column=None, title=where.column)
        return where

    def _at(self, what: str, columns: tuple[str, ...], cells: tuple[str, ...], where: Where) -> Where:
        table = self.tables[what]
        if what not in self._rows:
            self._rows[what] = self._index(table, columns)
        lines = self._rows[what].get(cells)
        if lines is None:
            return where
        title = where.title if where.column is None else where.column
        return replace(where, file=table.name, line=lines[-1], column=None, title=title)

    @staticmethod
    def _index(table: Table, columns: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
        again = table.again()
        ids = [again.at(name) for name in columns]
        found: dict[tuple[str, ...], list[int]] = {}
        for row in again:
            found.setdefault(tuple(row[at].strip() for at in ids), []).append(again.line)
        return found
