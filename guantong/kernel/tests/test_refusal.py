"""Sentences of refusals."""

from datetime import UTC, date, datetime

import pytest

from guantong.kernel.refusal import RefusalKind, declared_kinds


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> RefusalKind:
    monkeypatch.setattr("guantong.kernel.refusal._KINDS", dict(declared_kinds()))
    return RefusalKind("TST-991", "从{first}到{last}办理。", "请在{moment}以前再来。")


def test_days_are_told_as_people_write_them(kind: RefusalKind) -> None:
    moment = datetime(2026, 3, 4, tzinfo=UTC)
    told = kind.problem(first=date(2026, 1, 2), last="2026年12月30日", moment=moment)
    assert told.message == "从2026年1月2日到2026年12月30日办理。"
    assert told.do == f"请在{moment}以前再来。"
