"""The page parts: rendered in every state, one form an action, what was typed comes back after a refusal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines

from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.forms import parse_action_form, take_posted
from guantong.procedure.cases.models import Case, Material
from guantong.procedure.cases.opinions import Item
from guantong.procedure.cases.pages import case_parts

from .conftest import World

PARTS = ("_standing", "_actions", "_materials", "_story", "_deadlines")
PAGE = "".join(f'{{% include "cases/{part}.html" %}}' for part in PARTS)


def page(world: World, case: Case, who: str, **more: Any) -> str:
    """All parts, as this person sees them."""
    parts = case_parts(world.cast.actor(who), case, **more)
    return engines["jinja2"].from_string(PAGE).render({**parts, "csrf_input": ""})


def post(case: Case, action: str, **values: str | list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"action": action, "revision": str(case.revision)})
    for name, value in values.items():
        data.setlist(f"{action}.{name.replace('__', '-')}", value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("place", ["declare", "department", "correct", "bank", "granted", "refused", "reconsider"])
def test_every_state_renders_for_everyone(world: World, place: str) -> None:
    case = world.at(place)
    for who in ("wu", "ma", "sun", "qian", "chen"):
        html = page(world, case, who)
        assert "办理经过" in html and case.public_id in html
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), "an id is used twice"
        labelled = set(re.findall(r'for="([^"]+)"', html))
        assert labelled <= set(ids)
        assert "None" not in html and "<script" not in html and "style=" not in html


def test_the_reviewer_gets_one_form_for_each_action(world: World) -> None:
    html = page(world, world.at("department"), "ma")
    for action in ("approve", "return", "refuse", "extend"):
        assert f'name="action" value="{action}"' in html
    assert 'name="return.item-on-1"' in html and 'name="refuse.reasons"' in html
    assert "编号 PRC-139" in html, "withdrawal is the declarer's, and the page says so"


def test_a_form_goes_through_as_it_was_filled(world: World) -> None:
    case = world.at("department")
    data = post(case, "return", item__on__2="certificate", item__text__2="请重新扫描。")
    form = parse_action_form(case, data)
    assert form.opinion.items == (Item("certificate", "请重新扫描。"),)
    case = take_posted(actor=world.cast.ma, case=case, post=data)
    assert case.step == "correct"
    assert Material.objects.get(case=case).state == "returned"


def test_fields_of_every_kind_go_through(world: World) -> None:
    case = world.at("bank")
    data = post(
        case,
        "approve",
        opinion="准予。",
        form="pass",
        amount="2.5",
        courses=["a", "b"],
        count="2",
        share="0.25",
        starts_on="2025-11-03",
        told="on",
        remark="略",
        account="第一行\n第二行",
    )
    case = take_posted(actor=world.cast.qian, case=case, post=data)
    assert case.outcome == "granted"
    assert case.log.latest("sequence").values == {
        "form": "pass",
        "amount": "2.5",
        "courses": ["a", "b"],
        "count": 2,
        "share": "0.25",
        "starts_on": "2025-11-03",
        "told": True,
        "remark": "略",
        "account": "第一行\n第二行",
    }


def test_a_refused_form_comes_back_with_what_was_typed(world: World) -> None:
    case = world.at("bank")
    data = post(case, "approve", opinion="准予<b>。", amount="99", courses=["b"])
    with pytest.raises(Refusal) as refused:
        take_posted(actor=world.cast.qian, case=case, post=data)
    html = page(world, case, "qian", post=data, refusal=refused.value)
    assert "准予&lt;b&gt;。" in html and 'value="99"' in html
    assert 'href="#f-approve.amount"' in html and 'id="f-approve.amount"' in html
    assert re.search(r'value="b" checked', html)
    assert "PRC-112" in html and "PRC-113" in html
    assert html.count('<details class="action" open>') == 1


def test_who_comes_second_is_shown_what_was_decided(world: World) -> None:
    case = world.at("department")
    data = post(case, "approve", opinion="同意。")
    stale = Case.objects.get(pk=case.pk)
    world.act(case, "ma", "refuse", opinion={"reasons": ["too_small"]})
    with pytest.raises(Refusal) as refused:
        take_posted(actor=world.cast.ma, case=stale, post=data)
    html = page(world, stale, "ma", post=data, refusal=refused.value)
    assert "已经有人办理" in html and "PRC-103" in html
    assert "已决定，可申诉" in html, "the page shows the case as it stands now"


def test_a_conflict_with_the_same_action_of_a_later_step_is_not_put_into_its_form(world: World) -> None:
    case = world.at("department")
    data = post(case, "approve", opinion="同意。")
    world.act(case, "ma", "approve", opinion="同意上报。")
    with pytest.raises(Refusal) as refused:
        take_posted(actor=world.cast.qian, case=case, post=data)
    assert refused.value.code == "PRC-103"
    html = page(world, case, "qian", post=data, refusal=refused.value)
    assert html.index("PRC-103") < html.index("<details")
    assert "同意。</textarea>" not in html


def test_a_form_without_revision_is_refused(world: World) -> None:
    case = world.at("department")
    for revision in ("", "x", "-1", "9" * 10, "١"):
        data = post(case, "approve", opinion="同意。")
        data["revision"] = revision
        with pytest.raises(Refusal) as refused:
            take_posted(actor=world.cast.ma, case=case, post=data)
        assert refused.value.code == "PRC-143"


def test_withdrawal_appeal_and_extension_are_posted_alike(world: World) -> None:
    case = world.at("department")
    case = take_posted(actor=world.cast.ma, case=case, post=post(case, "extend", opinion="集中受理。"))
    assert case.extensions == 1
    case = take_posted(actor=world.cast.wu, case=case, post=post(case, "withdraw", opinion="不办了。"))
    assert case.outcome == "withdrawn"
    case = world.at("refused")
    case = take_posted(actor=world.cast.wu, case=case, post=post(case, "appeal", opinion="学分够。"))
    assert case.state == "appealed"


class Upload:
    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def read(self) -> bytes:
        return self.content


def test_a_sheet_is_taken_where_sheets_may_be_handed_in(world: World) -> None:
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "说明")
    case = world.open()
    data = QueryDict(mutable=True)
    data.update({"action": "add_material", "revision": str(case.revision), "requirement": "letter"})
    take_posted(
        actor=world.cast.wu, case=case, post=data, files={"material-letter": Upload("说明.XLSX", out.getvalue())}
    )
    assert Material.objects.get(case=case).requirement == "letter"
    data["requirement"], data["revision"] = "certificate", "2"
    with pytest.raises(Refusal) as refused:
        take_posted(
            actor=world.cast.wu,
            case=case,
            post=data,
            files={"material-certificate": Upload("证书.xlsx", out.getvalue())},
        )
    assert refused.value.code.startswith("FIL-")


def test_a_material_is_uploaded(world: World) -> None:
    case = world.open()
    data = QueryDict(mutable=True)
    data.update({"action": "add_material", "revision": str(case.revision), "requirement": "certificate"})
    content = b"%PDF-1.4\n%%EOF"
    case = take_posted(
        actor=world.cast.wu, case=case, post=data, files={"material-certificate": Upload("证书.pdf", content)}
    )
    assert Material.objects.get(case=case).file.size == len(content)
    assert "证书.pdf" in page(world, case, "wu")
    with pytest.raises(Refusal) as refused:
        take_posted(actor=world.cast.wu, case=case, post=data, files={})
    assert refused.value.code == "PRC-141"
    html = page(world, case, "wu", post=data, refusal=refused.value)
    assert "PRC-141" in html
