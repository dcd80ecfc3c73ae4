"""The printed result: for the person alone, checked by anybody through the number in its code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from guantong.base.accounts.public import VISITOR
from guantong.domains.admission.models import RunResult
from guantong.domains.admission.selectors import papers
from guantong.domains.admission.selectors.papers import find_paper, masked_name, paper_number, paper_pdf
from guantong.domains.admission.tests.people import decide, signed_in
from guantong.domains.admission.tests.scene import AFTER
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal


@pytest.fixture
def published(scene):
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield scene


def number_of(scene, name):
    result = RunResult.objects.get(run=scene.run, candidate=scene.candidate(name))
    return paper_number(scene.run, scene.candidate(name), result.position)


@pytest.fixture
def printed(monkeypatch):
    """What was handed to the template."""
    found = []
    real = papers.render_result

    def render(content, *, verify_url):
        found.append((content, verify_url))
        return real(content, verify_url=verify_url)

    monkeypatch.setattr(papers, "render_result", render)
    return found


@pytest.mark.parametrize(
    ("name", "title", "outcome"),
    [("甲", "投档结果证明", "投档到：东湖职业技术学院 软件技术"), ("辛", "投档结果证明", "这一轮没有投出档案")],
)
def test_it_says_the_result_and_every_reason(published, printed, name, title, outcome):
    pdf = paper_pdf(published.person(name), published.candidate(name), published.round)
    assert pdf.startswith(b"%PDF-")
    ((content, url),) = printed
    assert (content["title"], content["outcome"]) == (title, outcome)
    assert (content["issuer"], content["signed_by"]) == ("云澜省教育厅", "云澜省教育厅")
    assert content["root"] == published.run.root and content["key_id"]
    assert content["choices"] and all(one["sentence"].endswith("。") for one in content["choices"])
    assert url.endswith(f"/admission/verify/{number_of(published, name)}/")
    assert content["name"] == f"考生{name}" and "*" in content["id_masked"]


def test_it_is_called_admission_only_once_the_school_has_admitted(published, printed):
    decide(published)
    paper_pdf(published.person("甲"), published.candidate("甲"), published.round)
    ((content, _),) = printed
    assert (content["title"], content["outcome"]) == ("录取结果证明", "录取到：东湖职业技术学院 软件技术")


def test_the_same_result_gives_the_same_pages(published):
    one, two = (paper_pdf(published.person("甲"), published.candidate("甲"), published.round) for _ in range(2))
    assert one == two


def test_the_page_of_the_result_leads_to_it(published):
    client = signed_in(published, "辛")
    base = f"/learner/admission/rounds/{published.round.public_id}/result/"
    assert base + "paper.pdf" in client.get(base).content.decode()
    answer = client.get(base + "paper.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


def test_nobody_else_gets_it_and_not_before_publication(scene):
    scene.fill_all()
    with pytest.raises(Refusal) as refused:
        paper_pdf(scene.person("甲"), scene.candidate("甲"), scene.round)
    assert refused.value.code == "ADM-183"
    for actor in (scene.person("乙"), VISITOR, scene.cast.lin):
        with pytest.raises(Refusal) as refused:
            paper_pdf(actor, scene.candidate("甲"), scene.round)
        assert refused.value.code == "ADM-004"


def test_anybody_is_told_what_the_number_stands_for_and_no_more(published):
    number = number_of(published, "甲")
    text = Client().get(f"/admission/verify/{number.lower()}/").content.decode()
    assert "编号真实，结果没有改动" in text and "投档到：东湖职业技术学院 软件技术" in text
    assert "考*甲" in text and "考生甲" not in text
    assert published.run.root in text and "运行的封存由云澜省教育厅签名" in text
    candidate = published.candidate("甲")
    for secret in (candidate.number, candidate.lot, candidate.person.id_masked, ">600<"):
        assert secret not in text


def test_the_page_tells_how_it_stands_now(published):
    number = number_of(published, "甲")
    decide(published)
    assert find_paper(number).outcome == "录取到：东湖职业技术学院 软件技术"


def test_no_number_can_be_made_from_what_is_public(published):
    """Run and line are public, pseudonyms too; the code follows from the run's secret key alone."""
    right = number_of(published, "甲")
    run_id, position, code = right.split("-")
    pseudonym = RunResult.objects.get(run=published.run, candidate=published.candidate("甲")).row["candidate"]
    other = number_of(published, "乙").rpartition("-")[2]
    for wrong in (
        f"{run_id}-{position}-{pseudonym[:16].upper()}",
        f"{run_id}-{position}-{other}",
        f"{run_id}-{int(position) + 1}-{code}",
        f"{run_id}-{position}-",
        f"{run_id}-{position}",
        f"{run_id}-x-{code}",
        f"{run_id}--{code}",
        f"{run_id}-99999999999-{code}",
        f"nobody-{position}-{code}",
        f"{run_id}-{position}-零{code}",
        f"{run_id}-²-{code}",
    ):
        answer = Client().get(f"/admission/verify/{wrong}/")
        assert answer.status_code == 404, wrong
        assert "ADM-184" in answer.content.decode()


def test_a_line_changed_in_the_database_is_noticed(published):
    number = number_of(published, "辛")
    row = RunResult.objects.get(run=published.run, candidate=published.candidate("辛"))
    row.row = {**row.row, "result": [published.places["东湖软件"].public_id, "ordinary", 1, "admitted"]}
    row.save(update_fields=["row"])
    assert not find_paper(number).is_under_root
    text = Client().get(f"/admission/verify/{number}/").content.decode()
    assert "保存的结果与公布的封存根不一致" in text


@pytest.mark.parametrize(("name", "shown"), [("", ""), ("李", "*"), ("李明", "李*"), ("欧阳小明", "欧**明")])
def test_names_are_partly_hidden(name, shown):
    assert masked_name(name) == shown
