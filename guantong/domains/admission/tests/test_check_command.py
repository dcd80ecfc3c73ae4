"""``guantong admission check``: channels listed, faults told with file and line, exit status 2."""

from __future__ import annotations

import json

import pytest

from guantong.config.command import main
from guantong.domains.admission.tests.declared import CHANNEL, FILE, changed, policy_with


@pytest.fixture
def regions(tmp_path, monkeypatch):
    def use(text=CHANNEL):
        monkeypatch.setenv("GUANTONG_REGIONS", str(policy_with(tmp_path, text).root))

    return use


def test_it_lists_the_channels_and_their_batches(regions, capsys):
    regions()
    assert main(["admission", "check", "--on", "2026-03-01"]) == 0
    out = capsys.readouterr().out
    assert "530000　vocational-exam　职教高考" in out
    assert "第一批：专业组，平行志愿，同分全部录取，45 个志愿" in out
    assert "检查通过：1 个招生渠道，0 处请确认。" in out


def test_it_tells_every_fault_and_fails(regions, capsys):
    regions(changed("barred_from: [school-exam]", "barred_from: []", changed('ratio: "1.05"', 'ratio: "0.9"')))
    assert main(["admission", "check", "--on", "2026-03-01"]) == 2
    told = capsys.readouterr()
    text = told.out + told.err
    assert "ADM-209" in text and "ADM-212" in text
    assert f"regions/{FILE}" in text


def test_it_answers_in_json_and_shows_what_waits_for_confirmation(regions, capsys):
    regions(changed("{parameter: admission.floor}", "{parameter: admission.principle}"))
    assert main(["admission", "check", "--on", "2026-03-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["channel"] for one in told["channels"]] == ["vocational-exam"]
    assert [one["code"] for one in told["warnings"]] == ["ADM-222"]


def test_a_day_that_does_not_exist_is_refused(regions, capsys):
    regions()
    assert main(["admission", "check", "--on", "2026-02-30"]) == 2
    told = capsys.readouterr()
    assert "POL-" in told.out + told.err
