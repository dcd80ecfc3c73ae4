"""The installation's law: follows the files, and stays on the last right ones."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from guantong.base import lawbook
from guantong.kernel.refusal import Refusal
from guantong.policy.tests.folders import PROVINCE_SHARE, write

SHARE_FILE = "530000-yunnan/parameters/plan/share.yaml"
DAY = date(2020, 1, 1)


@pytest.fixture
def regions(tmp_path: Path, settings, monkeypatch) -> Path:  # type: ignore[no-untyped-def]
    settings.REGIONS = write(tmp_path)
    settings.REGION = "530000"
    monkeypatch.setattr(lawbook, "LOOK_AGAIN_AFTER", 1e-9)
    return settings.REGIONS


def test_a_changed_file_is_noticed(regions: Path) -> None:
    assert lawbook.law_on(DAY).integer("plan.practice_share") == 55
    (regions / SHARE_FILE).write_text(PROVINCE_SHARE.replace('"55"', '"60.5"'), encoding="utf-8")
    assert str(lawbook.law_on(DAY).decimal("plan.practice_share")) == "60.5"


def test_a_wrong_change_is_logged_and_the_last_right_law_stays(regions: Path, caplog) -> None:  # type: ignore[no-untyped-def]
    before = lawbook.law_on(DAY)
    (regions / SHARE_FILE).write_text(PROVINCE_SHARE.replace('"55"', '"555"'), encoding="utf-8")
    with caplog.at_level(logging.ERROR, logger="guantong.base.lawbook"):
        after = lawbook.law_on(DAY)
    assert after.version == before.version
    assert after.integer("plan.practice_share") == 55
    assert "REG-010" in caplog.text
    assert SHARE_FILE in caplog.text


def test_a_start_with_wrong_files_is_refused(regions: Path) -> None:
    (regions / SHARE_FILE).write_text(PROVINCE_SHARE.replace('"55"', '"555"'), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        lawbook.current_policy()
    assert refused.value.code == "REG-010"


def test_another_region_and_drafts_may_be_asked(regions: Path) -> None:
    assert lawbook.law_on(DAY, "100000").integer("plan.practice_share") == 50
    assert lawbook.law_on(DAY, drafts=True).drafts is True
