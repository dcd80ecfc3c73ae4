"""The candidate's desk: who may, the list and its two windows, locking, the result, the answer, the appeal."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from guantong.domains.admission.models import Appeal, Candidate, Placement, PreferenceList
from guantong.domains.admission.selectors.learner_desk import list_candidacies
from guantong.domains.admission.tests.people import decide, enter, signed_in
from guantong.domains.admission.tests.scene import AFTER, UNITS, Scene
from guantong.domains.admission.web.panels import own_admission
from guantong.kernel import clock

HTMX = {"HTTP_HX_REQUEST": "true"}
DONGHU, NURSING, NANDU = UNITS["东湖01"], UNITS["东湖02"], UNITS["南渡01"]


@pytest.fixture
def jia(scene: Scene) -> Client:
    return signed_in(scene, "甲")


@pytest.fixture
def published(scene: Scene):
    scene.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield scene


def at(scene: Scene, page: str) -> str:
    return f"/learner/admission/rounds/{scene.round.public_id}/{page}"


def text(response, status: int = 200) -> str:
    assert response.status_code == status, (response.status_code, response.content.decode()[:600])
    return response.content.decode()


def hidden(page: str) -> dict[str, str]:
    """What the list's form sends besides the pressed button."""
    import html

    found = dict(re.findall(r'<input type="hidden" name="(revision|shown)" value="([^"]*)">', page))
    return {key: html.unescape(value) for key, value in found.items()}


def press(client: Client, scene: Scene, do: str, page: str | None = None, **more: str):
    page = page if page is not None else text(client.get(at(scene, "list/")))
    sent = {"revision": "0", "shown": "[]", **hidden(page), "do": do, **more}
    return client.post(at(scene, "list/"), sent)


def kept(scene: Scene, name: str = "甲") -> list[tuple[str, list[str], bool]]:
    row = PreferenceList.objects.filter(candidate=scene.candidate(name), round=scene.round).first()
    return [(e["unit"], e["programmes"], e["accept_reassignment"]) for e in row.entries] if row else []


# ---- who may ----------------------------------------------------------------------------------------------------

PAGES = ("list/", "search/", "lock/", "result/", "appeal/", f"choices/{DONGHU}/", "result/certificate.json")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_needs_the_candidate(scene, page):
    visitor = Client().get(at(scene, page))
    assert visitor.status_code == 303 and visitor["Location"].startswith("/sign-in/")
    school = Client(raise_request_exception=False)
    school.force_login(scene.cast.user("lin"))
    assert school.get(at(scene, page)).status_code == 403
    stranger = Client(raise_request_exception=False)
    stranger.force_login(scene.cast.user("zhao"))
    refused = stranger.get(at(scene, page))
    assert refused.status_code == 403 and "ADM-011" in refused.content.decode()


def test_a_candidates_pages_hold_nothing_of_others(published):
    jia, xin = signed_in(published, "甲"), signed_in(published, "辛")
    own = text(jia.get(at(published, "result/")))
    other = text(xin.get(at(published, "result/")))
    number = published.candidate("甲").number
    assert number in own and number not in other
    assert "考生辛" not in own


# ---- home -------------------------------------------------------------------------------------------------------


def test_the_home_tells_what_is_next_and_until_when(scene, jia):
    for address in ("/learner/admission/", f"/learner/admission/{scene.cycle.public_id}/"):
        page = text(jia.get(address))
        assert "专科批：请填报志愿并提交锁定。" in page and "2025年10月18日 10:00 截止" in page
    assert "请填报志愿并提交锁定" in text(jia.get("/learner/"))
    scene.fill("甲", "东湖01")
    assert "1 个志愿已提交锁定" in text(jia.get("/learner/admission/"))


def test_the_panel_counts_what_waits_and_concerns_candidates_alone(scene):
    panel = own_admission(scene.person("甲"))
    assert panel.is_to_do and panel.count == 1 and panel.rows[0].tone == "warn"
    assert own_admission(scene.cast.actor("zhao")) is None


def test_registration_is_typed_in_and_told_afterwards(planned):
    from guantong.domains.admission.actions import cycles
    from guantong.domains.admission.tests.scene import FACTS

    cycles.move_cycle(actor=planned.he, cycle=planned.cycle, to="registration")
    client = Client(raise_request_exception=False)
    client.force_login(planned.cast.user("wu"))
    home = text(client.get("/learner/admission/"))
    assert "现在可以报名" in home
    address = f"/learner/admission/{planned.cycle.public_id}/registration/"
    refused = text(client.post(address, FACTS | {"health": "", "group": "不存在的类别"}), 422)
    assert "ADM-247" in refused and "ADM-246" in refused and 'value="医药卫生大类"' in refused
    assert not Candidate.objects.exists()
    assert client.post(address, FACTS).status_code == 303
    row = Candidate.objects.get()
    assert row.person_id == planned.cast.wu_person and row.attributes["colour_vision"] is True
    assert "已报名" in text(client.get("/learner/admission/"))
    assert client.post(address + "withdraw/").status_code == 303
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert client.post(address, FACTS).status_code == 303


def test_registration_closed_is_read_only(scene, jia):
    address = f"/learner/admission/{scene.cycle.public_id}/registration/"
    assert "中职毕业生" in text(jia.get(address)) and "报名已经截止" in text(jia.get(address))
    assert "ADM-291" in text(jia.post(address, {"group": "农民工"}), 409)
    row = scene.candidate("甲")
    assert row.attributes["group"] == "中职毕业生"


def test_the_score_is_explained_line_by_line_with_rank(scene):
    page = text(signed_in(scene, "己").get(f"/learner/admission/{scene.cycle.public_id}/score/"))
    assert '<span class="stat-value">550' in page and '<span class="stat-value">6' in page
    assert "共 10 人排位" in page and "各项成绩完全相同" in page
    assert "技能操作：230 分（满分 300）" in page and "第五条" in page and "第六条" in page


# ---- the list ----------------------------------------------------------------------------------------------------


def test_eligibility_is_shown_while_choosing_with_reason_and_clause(scene, jia):
    page = text(jia.get(at(scene, "search/"), {"q": "护理"}))
    assert "您现在不符合" in page and "专业大类对口" in page and "第四条" in page
    assert "您的报考专业大类为“电子与信息大类”" in page
    only = text(jia.get(at(scene, "search/"), {"open": "1"}))
    assert "找到 <strong>3</strong> 个" in only and "东湖职业技术学院</strong> 护理" not in only
    ren = text(signed_in(scene, "壬").get(at(scene, "search/"), {"q": "南渡"}))
    assert "文化素质控制线" in ren and "差 45 分" in ren
    part = text(jia.get(at(scene, "search/"), {"q": "护理"}, **HTMX))
    assert "<h1>" not in part and "您现在不符合" in part


def test_the_list_is_built_with_buttons(scene, jia):
    search = text(jia.get(at(scene, "search/")))
    response = press(jia, scene, f"add:{DONGHU} 510203", search, back="search")
    assert response.status_code == 303 and response["Location"].endswith("/search/")
    assert press(jia, scene, f"add:{NANDU}").status_code == 303
    assert press(jia, scene, f"add:{DONGHU} 510202").status_code == 303
    assert kept(scene) == [(DONGHU, ["510203", "510202"], False), (NANDU, [], False)]
    press(jia, scene, "down:1")
    assert [u for u, _, _ in kept(scene)] == [NANDU, DONGHU]
    press(jia, scene, "up:2")
    press(jia, scene, "up:1")
    assert [u for u, _, _ in kept(scene)] == [DONGHU, NANDU]
    press(jia, scene, f"add:{NURSING}")
    press(jia, scene, "order", **{"to-1": "3", "to-2": "2", "to-3": "1"})
    assert [u for u, _, _ in kept(scene)] == [NURSING, NANDU, DONGHU]
    press(jia, scene, "remove:1")
    assert [u for u, _, _ in kept(scene)] == [NANDU, DONGHU]
    page = text(jia.get(at(scene, "list/")))
    assert "还没有提交" in page and "软件技术" in page


def test_wishes_inside_a_group_are_ordered_by_numbers(scene, jia):
    press(jia, scene, f"add:{DONGHU}")
    page = text(jia.get(at(scene, f"choices/{DONGHU}/")))
    assert "计算机网络技术" in page and "服从调剂" in page
    sent = {**hidden(page), "do": f"wishes:{DONGHU}", "wish-510203": "2", "wish-510202": "1", "reassign": "1"}
    assert jia.post(at(scene, f"choices/{DONGHU}/"), sent).status_code == 303
    assert kept(scene) == [(DONGHU, ["510202", "510203"], True)]
    assert jia.get(at(scene, "choices/9900000009-01/")).status_code == 422
    assert "不在您的志愿表里" in text(jia.get(at(scene, f"choices/{NANDU}/")))


def test_a_window_left_behind_is_told_what_changed_and_saves_nothing(scene, jia):
    press(jia, scene, f"add:{DONGHU} 510203")
    old = text(jia.get(at(scene, "list/")))
    press(jia, scene, f"add:{NANDU}")
    before = kept(scene)
    page = text(press(jia, scene, "remove:1", old), 409)
    assert "另一个窗口改过这份志愿表" in page and "ADM-073" in page and "增加了第 2 志愿" in page
    assert kept(scene) == before
    assert hidden(page)["revision"] == "2", "the page now shows the list as it is"


def test_a_form_that_was_tampered_with_is_judged_like_any_other(scene, jia):
    forged = json.dumps([{"unit": "9900000009-99", "programmes": [], "accept_reassignment": False}])
    page = text(press(jia, scene, f"add:{DONGHU}", shown=forged), 422)
    assert "ADM-076" in page and kept(scene) == []
    for shown in ("{}", "[1]", "null", "不是", "[[]]"):
        response = press(jia, scene, f"add:{DONGHU}", shown=shown, revision="x")
        assert response.status_code in (303, 409), shown


def test_too_many_wishes_are_refused_and_nothing_is_kept(scene, jia):
    press(jia, scene, f"add:{DONGHU} 510203")
    before = kept(scene)
    page = text(press(jia, scene, f"wishes:{DONGHU}", **{"wish-510203": "1", "wish-999999": "2"}), 422)
    assert "ADM-078" in page and kept(scene) == before


def test_locking_shows_the_whole_list_and_waits_for_the_tick(scene, jia):
    assert "志愿表还是空的" in text(jia.get(at(scene, "lock/")))
    press(jia, scene, f"add:{DONGHU} 510203")
    press(jia, scene, f"add:{NURSING}")
    page = text(jia.get(at(scene, "lock/")))
    assert "共 2 个" in page and "ADM-083" not in page and "东湖职业技术学院 02 组" in page
    assert "您现在的条件不符合要求" in page and "第四条" in page
    assert "无法估计" in page and "100%" not in page, "no earlier years: the estimate says so, whatever is closed"
    revision = hidden(page)["revision"]
    refused = text(jia.post(at(scene, "lock/"), {"revision": revision}), 409)
    assert "ADM-084" in refused
    assert scene.list_of("甲").state == "draft"
    assert jia.post(at(scene, "lock/"), {"revision": revision, "confirmed": "1"}).status_code == 303
    row = scene.list_of("甲")
    assert row.state == "locked"
    page = text(jia.get(at(scene, "list/")))
    assert row.digest in page and "不能再修改" in page and 'value="up:' not in page
    assert "ADM-071" in text(press(jia, scene, "remove:1", "", revision="2"), 409)
    assert "ADM-072" in text(jia.post(at(scene, "lock/"), {"revision": "2", "confirmed": "1"}), 409)


def test_a_list_changed_elsewhere_cannot_be_locked_from_an_old_page(scene, jia):
    press(jia, scene, f"add:{DONGHU} 510203")
    press(jia, scene, f"add:{NANDU}")
    refused = text(jia.post(at(scene, "lock/"), {"revision": "1", "confirmed": "1"}), 409)
    assert "ADM-073" in refused and scene.list_of("甲").state == "draft"


def test_out_of_time_the_list_can_only_be_read(scene, jia):
    press(jia, scene, f"add:{DONGHU} 510203")
    with clock.frozen_at(AFTER):
        page = text(jia.get(at(scene, "list/")))
        assert "现在不在填报时间里" in page and "提交锁定</a>" not in page
        assert "ADM-070" in text(press(jia, scene, f"add:{NANDU}"), 409)
        assert "填报已经截止，您没有提交志愿" in text(jia.get("/learner/admission/"))
    assert len(kept(scene)) == 1


# ---- results -----------------------------------------------------------------------------------------------------


def test_before_publication_there_is_no_result_and_no_certificate(scene, jia):
    scene.fill_all()
    scene.close()
    scene.compute()
    assert "还没有公布" in text(jia.get(at(scene, "result/")))
    assert "ADM-183" in text(jia.get(at(scene, "result/certificate.json")), 409)
    assert "还没有公布" in text(jia.get(at(scene, "appeal/")))


def test_every_choice_has_its_reason_distance_and_clause(published):
    page = text(signed_in(published, "甲").get(at(published, "result/")))
    assert "已投档：东湖职业技术学院 软件技术" in page and "第 1 志愿" in page
    assert "您的档案按这个志愿投出" in page and "不再检索" in page
    page = text(signed_in(published, "辛").get(at(published, "result/")))
    assert "这一轮没有录取" in page and "差 100 分" in page and "第十三条" in page
    page = text(signed_in(published, "壬").get(at(published, "result/")))
    assert "文化素质控制线" in page and "差 45 分" in page and "第九条" in page


def test_the_certificate_is_the_persons_own_and_complete(published):
    response = signed_in(published, "丁").get(at(published, "result/certificate.json"))
    card = json.loads(response.content)
    assert card["candidate"] == published.candidate("丁").lot
    assert card["manifest"] == published.run.manifest["digest"]
    assert "attachment" in response["Content-Disposition"]


def test_a_place_is_confirmed_or_given_up_on_the_page(published):
    decide(published, sent_back="丁")
    jia, yi, ding = (signed_in(published, n) for n in "甲乙丁")
    page = text(jia.get(at(published, "result/")))
    assert "确认录取" in page and "放弃录取" in page
    assert "请确认或者放弃" in text(jia.get("/learner/admission/"))
    assert jia.post(at(published, "result/answer/"), {"answer": "confirm"}).status_code == 303
    assert yi.post(at(published, "result/answer/"), {"answer": "decline", "reason": "不去了"}).status_code == 303
    states = {
        p.candidate.person.name: p.state
        for p in Placement.objects.filter(round=published.round).select_related("candidate__person")
    }
    assert (states["考生甲"], states["考生乙"]) == ("confirmed", "declined")
    assert "您已经确认" in text(jia.get(at(published, "result/")))
    page = text(ding.get(at(published, "result/")))
    assert "已退档" in page and "色觉检查不符合。" in page
    assert "ADM-125" in text(ding.post(at(published, "result/answer/"), {"answer": "confirm"}), 409)
    assert signed_in(published, "辛").post(at(published, "result/answer/"), {}).status_code == 409


def test_who_has_no_place_fills_the_supplementary_round_from_vacancies(published):
    from guantong.domains.admission.actions import placements, rounds

    decide(published)
    placements.decline_place(actor=published.person("乙"), round_=published.round)
    now = clock.now()
    extra = rounds.open_supplementary(
        actor=published.he, cycle=published.cycle, batch="higher", opens_at=now, closes_at=now + timedelta(days=1)
    )
    xin = signed_in(published, "辛")
    assert "第 1 次征集志愿：请填报志愿" in text(xin.get("/learner/admission/"))
    assert "正在填报" in text(xin.get(at(published, "result/")))
    search = text(xin.get(f"/learner/admission/rounds/{extra.public_id}/search/"))
    assert "找到 <strong>1</strong> 个" in search and "东湖职业技术学院</strong> 软件技术" in search
    yi = signed_in(published, "乙")
    assert "征集志愿" not in " ".join(s.text for c in list_candidacies(published.person("乙")) for s in c.steps)
    sent = {"revision": "0", "shown": "[]", "do": f"add:{DONGHU} 510203"}
    assert "ADM-086" in text(yi.post(f"/learner/admission/rounds/{extra.public_id}/list/", sent), 409)
    assert xin.post(f"/learner/admission/rounds/{extra.public_id}/list/", sent).status_code == 303


def test_an_appeal_opens_a_case_only_its_people_see(published):
    xin = signed_in(published, "辛")
    refused = text(xin.post(at(published, "appeal/"), {"about": "score", "grounds": " "}), 422)
    assert "ADM-141" in refused and not Appeal.objects.exists()
    response = xin.post(at(published, "appeal/"), {"about": "score", "grounds": "语文应当是 95 分。"})
    assert response.status_code == 303
    address = response["Location"]
    page = text(xin.get(address))
    assert "录取复核：成绩" in page and "语文应当是 95 分。" in page
    other = signed_in(published, "甲")
    assert other.get(address).status_code in (403, 404)
    assert Client().get(address).status_code == 303
    bureau = Client(raise_request_exception=False)
    bureau.force_login(published.cast.user("he"))
    assert "语文应当是 95 分。" in text(bureau.get(address))
    assert "办理中" in text(xin.get(at(published, "result/")))
    assert "ADM-142" in text(xin.post(at(published, "appeal/"), {"about": "score", "grounds": "再一次。"}), 409)
    old = xin.get(f"/cases/{address.rstrip('/').rsplit('/', 1)[1]}/")
    assert old.status_code == 303 and old["Location"] == address


def test_somebody_without_a_person_has_no_candidacies(scene):
    assert list_candidacies(scene.cast.actor("operator")) == []
    assert enter(scene, "甲").pk == enter(scene, "甲").pk
