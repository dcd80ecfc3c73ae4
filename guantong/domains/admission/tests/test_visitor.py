"""What anybody sees of admission without signing in: pages, fragments, files, and the check of a certificate."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guantong.base.files.public import store_file
from guantong.domains.admission.actions.openings import publish_opening
from guantong.domains.admission.models import IntakePlan
from guantong.domains.admission.selectors.proofs import certificate_file
from guantong.domains.admission.tests.scene import AFTER, Scene, build_cycle
from guantong.kernel import clock
from guantong.kernel.reading import read_json

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def published(scene: Scene):
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield scene


def text(response) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def base(scene: Scene) -> str:
    return f"/admission/cycles/{scene.cycle.public_id}/"


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_without_cycles_the_page_says_what_will_be_there(cast, visitor):
    assert "还没有开办招生年度" in text(visitor.get("/admission/"))
    assert visitor.get("/admission/schools/").status_code == 404


def test_every_cycle_is_listed_with_its_stage_and_what_is_possible_now(opened, visitor):
    build_cycle(opened.cast, year=2025)
    page = text(visitor.get("/admission/"))
    assert page.index("2026 年") < page.index("2025 年")
    assert "编制计划" in page and "学校正在编制招生计划" in page
    assert 'href="/admission/"' in page, "the navigation leads here"


def test_a_cycle_tells_days_batches_scores_and_their_clauses(scene, visitor):
    page = text(visitor.get(base(scene)))
    assert "可以填报志愿" in page and "2025年10月18日 10:00 截止" in page
    assert "最多填报</dt><dd>45 个志愿" in page
    assert "最多选 6 个专业，服从调剂的" in page
    assert "1∶1.05，只投一次" in page
    assert "总分，再比职业技能，再比语文，再比数学" in page
    assert "满分 300" in page
    assert "云澜省职业教育招生录取办法" in page and "第十三条" in page
    assert scene.cycle.seed_commitment in page


def test_places_are_found_in_both_scripts_and_by_filters(scene, visitor):
    address = base(scene) + "schools/"
    assert "找到 <strong>4</strong> 个" in text(visitor.get(address))
    for words, count in (("软件", 2), ("軟件 南渡", 1), ("東湖", 3), ("510202", 1), ("没有的专业", 0)):
        assert f"找到 <strong>{count}</strong> 个" in text(visitor.get(address, {"q": words})), words
    for filters, count in (
        ({"category": "医药卫生大类"}, 1),
        ({"region": "990102"}, 1),
        ({"region": "990100"}, 4),
        ({"batch": "bachelor"}, 0),
        ({"least_fee": "5001"}, 0),
        ({"most_fee": "5000"}, 4),
        ({"most_fee": "五千"}, 4),
    ):
        assert f"找到 <strong>{count}</strong> 个" in text(visitor.get(address, filters)), filters


def test_results_of_a_search_come_alone_for_htmx(scene, visitor):
    whole = text(visitor.get(base(scene) + "schools/", {"q": "护理"}))
    part = text(visitor.get(base(scene) + "schools/", {"q": "护理"}, **HTMX))
    assert "<h1>" in whole and "<h1>" not in part
    assert "东湖职业技术学院" in part and part.count("<tr>") == whole.count("<tr>") == 2


def test_plans_not_approved_are_nobody_elses_business(opened, visitor):
    from guantong.domains.admission.actions import plans
    from guantong.domains.admission.tests.scene import entry

    row = plans.save_plan(
        actor=opened.officer, cycle=opened.cycle, school_id=opened.cast.donghu, entry=entry("510203", 2, "01")
    )
    assert visitor.get(f"/admission/places/{row.public_id}/").status_code == 404
    assert "找到 <strong>0</strong> 个" in text(visitor.get(base(opened) + "schools/"))


def test_a_place_tells_what_it_asks_for_with_clauses_and_what_it_gave(published, visitor):
    page = text(visitor.get(f"/admission/places/{published.places['东湖软件'].public_id}/"))
    assert "5,000 元一年" in page
    assert "报考专业大类为“电子与信息大类”" in page and "第四条" in page
    assert "职业技能不低于 210 分" in page and "第九条" in page
    assert "总分 <strong>590</strong>" in page and "最后一名是第 1 志愿" in page
    nursing = text(visitor.get(f"/admission/places/{published.places['东湖护理'].public_id}/"))
    assert "医药卫生类专业的体检要求" in nursing


def test_a_school_shows_its_filed_prospectus_and_charter(scene, visitor):
    school = scene.places["东湖软件"].school.public_id
    page = text(visitor.get(base(scene) + f"schools/{school}/"))
    assert "招生章程全文。" in page and page.count("说明。") >= 6
    other = scene.cast.organisation("xiling")
    from guantong.base.orgs.models import Organisation

    strange = Organisation.objects.get(pk=other).public_id
    assert visitor.get(base(scene) + f"schools/{strange}/").status_code == 404


def test_plans_come_as_files_that_no_spreadsheet_takes_for_formulas(scene, visitor):
    IntakePlan.objects.filter(pk=scene.places["东湖软件"].pk).update(note="=1+1")
    rows = rows_of(visitor.get(base(scene) + "schools/plans.csv", {"q": "软件"}))
    assert rows[0][:4] == ["计划编号", "批次", "学校代码", "学校"] and len(rows) == 3
    assert {row[3]: row[11] for row in rows[1:]} == {"东湖职业技术学院": "2", "南渡职业学院": "2"}
    assert "'=1+1" in {row[-1] for row in rows}
    workbook = visitor.get(base(scene) + "schools/plans.xlsx")
    assert workbook.content.startswith(b"PK") and workbook.status_code == 200
    assert visitor.get(base(scene) + "schools/plans.exe").status_code == 404


def test_nothing_of_a_result_is_open_before_it_is_published(scene, visitor):
    scene.fill_all()
    scene.close()
    scene.compute()
    assert "还没有公布录取最低线" in text(visitor.get(base(scene) + "cutoffs/"))
    assert "还没有公布缺额" in text(visitor.get(base(scene) + "vacancies/"))
    assert visitor.get(f"/admission/runs/{scene.run.public_id}/").status_code == 404
    assert visitor.get(f"/admission/runs/{scene.run.public_id}/files/bundle.zip").status_code == 404
    assert visitor.get(base(scene) + "cutoffs/cutoffs.csv").status_code == 404


def test_cutoffs_are_whole_vectors_with_ordinal_and_rank_and_can_be_taken_away(published, visitor):
    page = text(visitor.get(base(published) + "cutoffs/"))
    assert "总分 <strong>550</strong>" in page and "职业技能 <strong>335</strong>" in page
    assert "没有找到" in text(visitor.get(base(published) + "cutoffs/", {"q": "没有的学校"}))
    rows = rows_of(visitor.get(base(published) + "cutoffs/cutoffs.csv"))
    head = rows[0]
    assert head[-4:] == ["总分", "职业技能", "语文", "数学"]
    nandu = next(r for r in rows if r[2] == published.places["南渡软件"].public_id and r[4] == "普通")
    assert nandu[head.index("总分") :] == ["550", "335", "85", "70"]
    assert nandu[head.index("最低位次")] == "6" and nandu[head.index("录取数")] == "3"
    assert visitor.get(base(published) + "cutoffs/", {"round": "STRANGE"}).status_code == 404


def test_the_rank_table_adds_up_and_answers_for_a_mark(scene, visitor):
    rows = rows_of(visitor.get(base(scene) + "rank-table/rank-table.csv"))
    assert rows[0] == ["分数（含）", "分数（不含）", "本段人数", "累计人数"]
    assert rows[1] == ["600", "601", "1", "1"] and rows[-1][3] == "10"
    assert sum(int(r[2]) for r in rows[1:]) == 10
    assert ["550", "551", "2", "7"] in rows
    tens = rows_of(visitor.get(base(scene) + "rank-table/rank-table.csv", {"step": "20"}))
    assert tens[1] == ["600", "620", "1", "1"]
    page = text(visitor.get(base(scene) + "rank-table/", {"total": "550"}))
    assert "总分高于 550 分的有 5 人，正好 550 分的有 2 人" in page
    assert "“许多”不是分数" in text(visitor.get(base(scene) + "rank-table/", {"total": "许多"}))


def test_vacancies_are_what_a_published_round_left(published, visitor):
    page = text(visitor.get(base(published) + "vacancies/"))
    assert "0 个计划" in page
    published.round.placements.filter(candidate__person__name="考生癸").update(state="sent_back", reason="体检不符合。")
    rows = rows_of(visitor.get(base(published) + "vacancies/vacancies.csv"))
    assert [(r[5], r[7]) for r in rows[1:]] == [("护理", "1")]


def test_statistics_count_published_results_and_hold_shares_against_the_law(published, visitor):
    page = text(visitor.get(base(published) + "statistics/"))
    for label, value in (("报名", "10"), ("投出档案", "7"), ("计划数", "6")):
        assert f'<span class="stat-label">{label}</span><span class="stat-value">{value}' in page, label
    assert "中职毕业生占录取人数的比例" in page
    assert published.round.locked_digest in page


def test_every_opening_is_told_with_its_clause_and_its_file(scene, visitor):
    stored = store_file(scene.he, "处理结果.pdf", PDF, "basis")
    publish_opening(actor=scene.he, cycle=scene.cycle, item="violations", content="没有违规。", file=stored)
    page = text(visitor.get(base(scene) + "openings/"))
    assert page.count("依据：") >= 10 and "没有违规。" in page
    assert "招生计划</dt><dd>4 项，6 人" in page.replace("\n", "")
    file = visitor.get(base(scene) + "openings/violations/file/")
    assert file.status_code == 200 and file.content == PDF
    assert visitor.get(base(scene) + "openings/recheck/file/").status_code == 404


def test_a_published_run_gives_its_files_and_says_how_to_check(published, visitor):
    address = f"/admission/runs/{published.run.public_id}/"
    page = text(visitor.get(address))
    assert published.run.root in page and published.cycle.seed_commitment in page
    assert published.cycle.seed_revealed in page and "python3 verify_result.py" in page
    for words in ("贯通的版本", "投档程序的摘要", "Python 的版本"):
        assert words in page
    assert not re.search(r"\d{4}-\d\d-\d\d", page) and "<dt>程序 " not in page
    archive = zipfile.ZipFile(io.BytesIO(visitor.get(address + "files/published.zip").content))
    assert sorted(archive.namelist()) == [
        "cutoffs.csv",
        "keys.json",
        "manifest.json",
        "places.csv",
        "signature.json",
        "verify_result.py",
    ]
    assert visitor.get(address + "files/cutoffs.csv").content == archive.read("cutoffs.csv")
    assert visitor.get(address + "files/bundle.zip").content.startswith(b"PK")
    assert visitor.get(address + "files/inputs.zip").status_code == 404


def certificate(scene: Scene, name: str) -> bytes:
    return certificate_file(scene.person(name), scene.candidate(name), scene.round)


def hand_in(visitor: Client, content: bytes):
    return visitor.post("/admission/verify/", {"file": SimpleUploadedFile("凭证.json", content)})


def test_every_certificate_holds_on_the_page_and_with_the_published_program(published, visitor, tmp_path):
    import subprocess
    import sys

    address = f"/admission/runs/{published.run.public_id}/files/published.zip"
    zipfile.ZipFile(io.BytesIO(visitor.get(address).content)).extractall(tmp_path)
    for name in "甲丁戊己辛壬":
        card = certificate(published, name)
        page = text(hand_in(visitor, card))
        assert "核验通过" in page and "不成立" not in page, name
        (tmp_path / "card.json").write_bytes(card)
        said = subprocess.run(
            [sys.executable, "-I", str(tmp_path / "verify_result.py"), str(tmp_path / "card.json"), str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0 and "核对通过。签名没有核对" in said.stdout.splitlines()[-1], said


def test_an_altered_certificate_does_not_hold(published, visitor):
    card = json.loads(certificate(published, "辛"))
    card["row"]["facts"]["total"] = "599"
    page = text(hand_in(visitor, json.dumps(card).encode()))
    assert "核验不通过" in page and "不成立" in page
    card = json.loads(certificate(published, "辛"))
    del card["proof"]
    assert "凭证不完整" in text(hand_in(visitor, json.dumps(card).encode()))


def test_one_candidates_certificate_is_not_anothers(published, visitor):
    card = json.loads(certificate(published, "辛"))
    card["candidate"] = published.candidate("甲").lot
    assert "核验不通过" in text(hand_in(visitor, json.dumps(card).encode()))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": "guantong-admission-certificate-1"}']
)
def test_what_is_no_certificate_is_refused_in_words(published, visitor, content):
    response = hand_in(visitor, content)
    assert response.status_code == 422 and "ADM-18" in response.content.decode()


def test_a_certificate_of_a_run_published_elsewhere_is_told_so(published, visitor):
    card = read_json(certificate(published, "辛")) | {"manifest": "0" * 64}
    response = hand_in(visitor, json.dumps(card).encode())
    assert response.status_code == 422 and "ADM-182" in response.content.decode()
    assert visitor.post("/admission/verify/").status_code == 422


def test_short_addresses_lead_to_the_newest_cycle(scene, visitor):
    for short, page in (("schools", "schools/"), ("cutoffs", "cutoffs/"), ("rank-table", "rank-table/")):
        response = visitor.get(f"/admission/{short}/")
        assert response.status_code == 303 and response["Location"] == base(scene) + page
