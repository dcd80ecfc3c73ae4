"""Clauses in running text become links to the page of their document."""

import pytest

from guantong.base.lawbook import current_policy
from guantong.base.webkit.clauses import citation_url, clause_anchor, clause_url, with_clauses
from guantong.kernel.refusal import Citation

KEY_TASKS = "cn-key-tasks-2023"


@pytest.fixture
def title() -> str:
    return current_policy().documents[KEY_TASKS].title_zh


def test_a_clause_is_a_link_to_its_place_on_the_page_of_the_document(title: str) -> None:
    shown = with_clauses(f"依据《{title}》一（四），每年办理。")
    address = clause_url(KEY_TASKS, "一（四）")
    assert address is not None and address.startswith(f"/law/documents/{KEY_TASKS}/#c-")
    assert shown == f'依据<a href="{address}">《{title}》一（四）</a>，每年办理。'


def test_two_clauses_are_two_links_and_what_is_no_clause_stays_text(title: str) -> None:
    shown = with_clauses(f"《{title}》第三条；《{title}》附件2（2023年7月7日起施行）。")
    assert shown.count("<a ") == 2 and "附件2</a>（2023年7月7日起施行）。" in shown


def test_the_number_of_the_document_belongs_to_the_link(title: str) -> None:
    assert "（教职成厅函〔2023〕20号）一（四）</a>（" in with_clauses(
        f"《{title}》（教职成厅函〔2023〕20号）一（四）（2023年7月7日起施行）"
    )


def test_a_document_nobody_entered_and_plain_text_are_left_alone() -> None:
    assert with_clauses("《没有收录的文件》第一条") == "《没有收录的文件》第一条"
    assert with_clauses("本地区自行确定：由省教育厅规定。") == "本地区自行确定：由省教育厅规定。"
    assert with_clauses(None) == with_clauses("") == ""


def test_markup_in_the_text_is_shown_and_not_carried_out(title: str) -> None:
    shown = with_clauses(f"<b>《{title}》第一条</b>")
    assert "<b>" not in shown and shown.startswith("&lt;b&gt;<a ")


def test_a_citation_leads_to_its_clause_and_one_of_the_region_nowhere() -> None:
    assert citation_url(Citation(KEY_TASKS, "通知", None, "一（四）", None)) == clause_url(KEY_TASKS, "一（四）")
    assert citation_url({"document": KEY_TASKS}) == f"/law/documents/{KEY_TASKS}/"
    assert citation_url({"clause": "一"}) is None
    assert clause_anchor("任务 1") == "c-任务1"
