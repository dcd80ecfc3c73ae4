"""A visitor takes the published folder and the bundle of a finished run away, a candidate the own certificate and the
printed result. Outside, plain Python holds the certificate to what was published, and the bundle is computed again.
The commands are those of docs/desks/visitor.md.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from guantong.domains.admission.models import RunResult
from guantong.domains.admission.selectors.papers import paper_number
from guantong.domains.admission.tests.people import decide, enter, username
from guantong.domains.admission.tests.scene import AFTER, build_scene
from guantong.kernel import clock

pytestmark = pytest.mark.journey
OUTSIDE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
"""Nothing of this installation: no settings, no database."""


@pytest.fixture
def year(cast):
    """The year after its first round was published and the schools decided."""
    with transaction.atomic():
        found = build_scene(cast)
        for name in "甲辛":
            enter(found, name)
    found.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        decide(found)
        yield found


def test_a_run_is_proved_from_outside(year, person, tmp_path):
    visitor = person()
    folder, bundle = when_a_visitor_takes_what_is_published(visitor, year, tmp_path)
    cards = {name: when_a_candidate_takes_the_certificate(person, name, tmp_path) for name in "甲辛"}
    then_plain_python_finds_that_they_hold(cards, folder)
    then_plain_python_finds_an_altered_one_out(cards["辛"], folder)
    then_the_signatures_are_the_organisers(cards["甲"], folder)
    then_computing_again_gives_the_same(bundle, folder)
    then_a_bundle_with_one_mark_changed_is_found_out(bundle, tmp_path)


def test_a_printed_result_is_checked_by_its_code(year, person):
    jia = person(width=390).signs_in(username("甲"), "/learner/")
    jia.follows("您已被东湖职业技术学院 软件技术录取，请确认或者放弃。")
    assert jia.downloads("打印证明（PDF）").startswith(b"%PDF-")
    result = RunResult.objects.get(run=year.run, candidate=year.candidate("甲"))
    visitor = person(width=390)
    visitor.opens(f"/admission/verify/{paper_number(year.run, year.candidate('甲'), result.position)}/")
    visitor.sees("编号真实，结果没有改动", "录取到：东湖职业技术学院 软件技术", "考*甲", year.run.root)


def when_a_visitor_takes_what_is_published(visitor, year, tmp_path) -> tuple[Path, Path]:
    visitor.opens(f"/admission/cycles/{year.cycle.public_id}/cutoffs/")
    visitor.follows("投档证明")
    visitor.sees("运行的封存由云澜省教育厅签名", "正在使用")
    folder, bundle = tmp_path / "published", tmp_path / "bundle.zip"
    zipfile.ZipFile(io.BytesIO(visitor.downloads("下载核验文件"))).extractall(folder)
    bundle.write_bytes(visitor.downloads("化名的全部输入和结果"))
    return folder, bundle


def when_a_candidate_takes_the_certificate(person, name, tmp_path) -> Path:
    somebody = person().signs_in(username(name), "/learner/")
    somebody.opens("/learner/admission/")
    somebody.follows("2026 年云澜省职业教育高考（演示）")
    somebody.follows("录取结果")
    path = tmp_path / f"card-{name}.json"
    path.write_bytes(somebody.downloads("下载凭证"))
    return path


def plainly(card: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """``python3 verify_result.py``: isolated, without any installed package, with nothing but what was downloaded."""
    command = [sys.executable, "-I", "-S", str(folder / "verify_result.py"), str(card), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, env=OUTSIDE, check=False)


def guantong(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guantong.config.command", "admission", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=OUTSIDE, check=False, cwd=Path(__file__).parents[2]
    )


def then_plain_python_finds_that_they_hold(cards, folder):
    for name, result in (("甲", "已经录取。"), ("辛", "低于最后一名")):
        done = plainly(cards[name], folder)
        assert (done.returncode, done.stderr) == (0, ""), done
        assert f"第 1 志愿 东湖职业技术学院 01 组：{result}" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("核对通过。签名没有核对")


def then_plain_python_finds_an_altered_one_out(card, folder):
    value = json.loads(card.read_bytes())
    value["row"]["result"] = json.loads((card.parent / "card-甲.json").read_bytes())["row"]["result"]
    altered = card.with_name("altered.json")
    altered.write_text(json.dumps(value), "utf-8")
    done = plainly(altered, folder)
    assert done.returncode == 1 and "核对不通过" in done.stderr


def then_the_signatures_are_the_organisers(card, folder):
    done = guantong("verify", str(card), "--published", str(folder))
    assert done.returncode == 0, done
    assert "由云澜省教育厅签名" in done.stdout and "运行的封存由云澜省教育厅签名" in done.stdout


def then_computing_again_gives_the_same(bundle, folder):
    done = guantong("rerun", str(bundle), "--published", str(folder))
    assert done.returncode == 0, done
    assert "不同　" not in done.stdout and "完全相同，共核对 16 项" in done.stdout


def then_a_bundle_with_one_mark_changed_is_found_out(bundle, tmp_path):
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(bundle) as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            data = archive.read(name)
            other.writestr(name, data.replace(b",600", b",500") if name == "candidates.csv" else data)
    done = guantong("rerun", str(changed))
    assert done.returncode == 1 and "不同　全部考生的默克尔根" in done.stdout
