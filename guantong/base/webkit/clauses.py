"""Clauses in running text become links: 《文件》第几条 leads to that clause on the document's page under 政策依据."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse
from markupsafe import Markup, escape

from guantong.base import lawbook
from guantong.kernel.refusal import Citation

_NUMBER = r"(?:（[^《》（）]{2,40}号）)?"
_ORDINAL = "〇零一二三四五六七八九十百千0-9"
_CLAUSE = "|".join(
    (
        rf"第[{_ORDINAL}]+(?:条|款|项|章|节|点|段|类|行|部分)",
        rf"(?:附件|附表|专栏|任务)[{_ORDINAL}]*",
        rf"（[{_ORDINAL}]+）",
        rf"[{_ORDINAL}]+(?:[.．-][0-9]+)*",
        "具体指标|结尾",
        "[至、](?=[第（一二三四五六七八九十0-9])",
    )
)
_LINKED = re.compile(rf"《(?P<title>[^《》]+)》{_NUMBER}(?P<clause>(?:{_CLAUSE})*)")

_kept: tuple[object, Mapping[str, str]] | None = None


def _documents() -> Mapping[str, str]:
    """Id of every document of the loaded policy by its title, made once for each policy."""
    global _kept
    policy = lawbook.current_policy()
    if _kept is None or _kept[0] is not policy:
        _kept = policy, {document.title_zh: id_ for id_, document in policy.documents.items()}
    return _kept[1]


def clause_anchor(clause: str) -> str:
    """The id a clause has on the page of its document."""
    return "c-" + "".join(clause.split())


def clause_url(document: str, clause: str = "") -> str | None:
    """The page of a document at a clause; None where the pages of 政策依据 are not installed."""
    try:
        address = reverse("law:document", args=(document,))
    except NoReverseMatch:
        return None
    return f"{address}#{quote(clause_anchor(clause))}" if clause else address


def citation_url(citation: Citation | Mapping[str, str]) -> str | None:
    """The page of the cited document under 政策依据, at the cited clause; None for what the region sets itself."""
    if isinstance(citation, Citation):
        document, clause = citation.document, citation.clause
    else:
        document, clause = citation.get("document", ""), citation.get("clause", "")
    return clause_url(document, clause) if document else None


def cite(document: str, clause: str = "") -> Markup:
    """《文件》第几条 as a link, from the document's id; an unknown document shows the clause alone."""
    known = lawbook.current_policy().documents.get(document)
    return with_clauses(f"《{known.title_zh}》{clause}" if known is not None else clause)


def with_clauses(text: str | None) -> Markup:
    """The text with every clause of a document the region has entered as a link; other text stays as it is."""
    if not text:
        return Markup("")
    known = _documents() if "《" in text else {}
    parts, end = [], 0
    for found in _LINKED.finditer(text):
        document = known.get(found["title"])
        address = clause_url(document, found["clause"]) if document else None
        if address:
            parts += [escape(text[end : found.start()]), Markup('<a href="{}">{}</a>').format(address, found[0])]
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
