"""Page parts rendered in every state, forms that go through, nothing of the declarer for reviewers; the command."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.template import engines

from guantong.base.accounts.actor import Actor
from guantong.config.command import main
from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.cases.actions import add_material
from guantong.procedure.cases.forms import take_posted
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.pages import case_parts
from guantong.procedure.panels.actions import draw_panel
from guantong.procedure.panels.models import PanelSeat
from guantong.procedure.panels.public import (
    list_commitments,
    list_members,
    list_reviews,
    published_bytes,
    read_material,
    review_of,
    take_review,
)
from guantong.procedure.rounds.selectors import coming_closings, list_rounds

from .conftest import World, code_of
from .sample import PASS, changed

AFTER = datetime(2025, 11, 3, 9, tzinfo=CHINA_TIME)
REVIEW = "".join(f'{{% include "panels/{part}.html" %}}' for part in ("_review", "_score_sheet", "_leave"))
CASE_PAGE = '{% set place = "" %}{% include "cases/_parts.html" %}{% include "cases/_story.html" %}'


def render(template: str, **context: Any) -> str:
    html = engines["jinja2"].from_string(template).render({"csrf_input": "", **context})
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id is used twice"
    assert set(re.findall(r'for="([^"]+)"', html)) <= set(ids)
    assert "None" not in html and "<script" not in html and "style=" not in html
    return html


def page(actor: Actor, case: Case) -> str:
    return render(CASE_PAGE, **case_parts(actor, Case.objects.get(pk=case.pk)))


def post(actor: Actor, case: Case, action: str, **values: str) -> Case:
    data = QueryDict(mutable=True)
    data.update({"action": action, **values})
    return take_posted(actor=actor, case=Case.objects.get(pk=case.pk), post=data)


def typed(**values: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({k.replace("__", "."): v for k, v in values.items()})
    return data


def test_a_whole_review_through_the_forms_of_the_pages(world: World):
    world.reviewers(5)
    world.text = changed((PASS, "pass: {at_least: 60}"))
    case = world.open()
    assert "匿名要求" in page(world.cast.lin, case) and "正在申报" in page(world.cast.lin, case)
    world.act(case, world.cast.lin, "submit")
    world.act(case, world.officer("shencha", "province_bureau"), "approve")
    organiser = world.organiser
    html = page(organiser, case)
    assert "抽取专家" in html and "抽取时公开" in html
    assert "panels.draw" not in page(world.cast.lin, case)
    post(organiser, case, "panels.draw")
    html = page(organiser, case)
    assert "还有 3 份评分没有提交" in html and "催办没有提交的专家" in html
    first = world.seats(case)[0]
    post(
        organiser,
        case,
        "panels.replace",
        **{"panels.seat": first.public_id, f"panels.replace-reason-{first.public_id}": "联系不上。"},
    )
    post(organiser, case, "panels.remind")
    assert code_of(lambda: post(organiser, case, "panels.close")) == "PAN-230"
    for seat in [s for s in world.seats(case) if s.state == "invited"]:
        me = world.reviewer(seat.member.user.username)
        shown = review_of(me, seat.public_id)
        sheet = render(
            REVIEW,
            review=shown,
            typed=shown.typed,
            refusal=None,
            material_url=lambda number: f"/m/{number}",
        )
        assert "提交评分" in sheet and "东湖" not in sheet and case.public_id not in sheet
        given = {"score__base": "20", "score__plan": "55.5", "comment": "较好。"}
        assert take_review(actor=me, seat=seat.public_id, post=typed(what="save", revision="1", **given))
        take_review(actor=me, seat=seat.public_id, post=typed(what="hand_in", revision="2", **given))
        reviews = render(
            '{% include "panels/_reviews.html" %}', reviews=list_reviews(me), review_url=lambda seat: f"/r/{seat}"
        )
        assert "已评" in reviews and "东湖" not in reviews
    assert "75.5" not in page(organiser, case)
    post(organiser, case, "panels.close")
    html = page(world.cast.lin, case)
    assert "平均分75.5，达到规定的60分，通过。" in html and "专家1" in html and "专家评审通过" in html
    for key in world.people:
        assert world.member(key).user.display_name + "<" not in html


def test_a_reviewer_leaves_by_the_form(world: World):
    world.reviewers(5)
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    seat = world.seats(case)[0]
    me = world.reviewer(seat.member.user.username)
    form = typed(what="leave", ground="interest")
    form["leave-reason"] = "认出来了。"
    take_review(actor=me, seat=seat.public_id, post=form)
    assert PanelSeat.objects.get(pk=seat.pk).ground == "interest"
    shown = review_of(me, seat.public_id)
    assert shown.why_not is not None and shown.why_not.code == "PAN-213"


def test_a_material_comes_under_a_neutral_name(world: World):
    from guantong.base.files.public import store_file

    world.reviewers(4)
    case = world.open()
    file = store_file(world.cast.lin, "东湖职业技术学院方案.pdf", PDF, "evidence", organisation_id=world.cast.donghu)
    add_material(actor=world.cast.lin, case_id=case.pk, requirement="plan", file_id=file.pk, revision=case.revision)
    world.act(case, world.cast.lin, "submit")
    world.act(case, world.officer("shencha", "province_bureau"), "approve")
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    seat = world.seats(case)[0]
    me = world.reviewer(seat.member.user.username)
    shown = review_of(me, seat.public_id)
    assert shown.materials == ((1, "建设方案", "pdf"),)
    content, name, media = read_material(me, seat.public_id, 1)
    assert (content, name, media) == (PDF, "第1号-1-建设方案.pdf", "application/pdf")
    assert code_of(lambda: read_material(me, seat.public_id, 2)) == "PAN-210"
    assert code_of(lambda: read_material(world.reviewer("rv1"), "nothing", 1)) == "PAN-210"
    from guantong.base.files.public import access_file_for

    assert code_of(lambda: access_file_for(me, file.public_id)) == "FIL-007"


PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
)


def test_lists_for_everybody_and_for_keepers(world: World, monkeypatch):
    from guantong.procedure.rounds import selectors

    world.reviewers(3)
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    html = render(
        '{% include "panels/_commitments.html" %}',
        commitments=list_commitments("sample-panels", "990000"),
        file_url=lambda panel: f"/f/{panel}",
    )
    assert world.panel(case).seed in html
    assert world.pool is not None
    assert "专家1" in render('{% include "panels/_members.html" %}', members=list_members(world.pool))
    html = render('{% include "rounds/_rounds.html" %}', rounds=list_rounds(world.definition, "990000"))
    assert "每个地区一个" in html and "还没有占用名额" in html
    monkeypatch.setattr(selectors, "definitions_with_rounds", lambda on, region=None: [("990000", world.definition)])
    html = render('{% include "rounds/_calendar.html" %}', closings=coming_closings("990000"))
    assert "2025年10月31日二十四时" in html and "其中工作日 12 天" in html
    blank = {"case": "", "closes_on": "", "reason": ""}
    html = render('{% include "rounds/_extend_case.html" %}', typed=blank, refusal=None)
    assert "办件编号" in html
    (shown,) = (r for r in list_rounds(world.definition, "990000") if r.key == "2025")
    html = render('{% include "rounds/_extend.html" %}', round=shown, typed=blank, refusal=None)
    assert "延长2025年批次" in html
    html = render(
        '{% include "rounds/_open.html" %}',
        typed={"title": "", "opens_on": "", "closes_on": "", "document_title": "", "document_number": ""},
        refusal=None,
    )
    assert "发通知开放申报" in html


def test_the_command_repeats_a_downloaded_file(world: World, tmp_path: Path, capsys):
    world.reviewers(5)
    case = world.at_review()
    draw_panel(actor=world.organiser, panel=world.panel(case).public_id)
    world.score_all(case, "50", "60", "61.5")
    with clock.frozen_at(AFTER):
        post(world.organiser, case, "panels.close")
    file = tmp_path / "panel.json"
    file.write_bytes(published_bytes(world.panel(case).public_id))
    assert main(["draws", "check", str(file)]) == 0
    assert "核对了1件的抽取、1件的3份评分和结果，全部对得上。" in capsys.readouterr().out
    document = json.loads(file.read_bytes())
    document["draws"][0]["cases"][0]["result"]["mean"] = "99"
    file.write_text(json.dumps(document), "utf-8")
    assert main(["draws", "check", str(file)]) == 1
    assert "PAN-304" in capsys.readouterr().out
    assert main(["draws", "check", str(tmp_path / "none.json")]) == 2
