"""Names in code and words on pages (house.md §3 and §5)."""

import ast
import re

from guantong.config.errors_command import all_kinds
from tests.house.sources import PACKAGE, ROOT, chinese_texts, modules, templates

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "services", "info"}
FILE_FORMATS = ("REG", "POL", "CNV", "PRC")
"""Refusals about files people write by hand: they must name the keys of those files."""

BANNED_CLASS_ENDINGS = ("Utils", "Helper", "Helpers", "Service", "Misc", "Info")
BANNED_WORDS = ("非法", "无效", "用户", "null", "请联系管理员")
BANNED_UNLESS_QUOTED = ("异常", "失败")
ALLOWED = {"校企合作异常"}
TAG = re.compile(r"\{[{%#].*?[}%#]\}|<[^>]*>", re.S)


def test_no_module_or_folder_is_called_after_nothing():
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in sorted(PACKAGE.rglob("*"))
        if (path.is_dir() or path.suffix == ".py") and path.stem in BANNED_NAMES
    ]
    assert wrong == []


def test_no_class_is_called_after_nothing():
    wrong = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(BANNED_CLASS_ENDINGS)
    ]
    assert wrong == []


def test_questions_answer_with_a_bool():
    wrong = []
    for path, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith(("is_", "has_", "may_")):
                continue
            returns = ast.unparse(node.returns) if node.returns else ""
            if not returns.startswith(("bool", "TypeGuard", "TypeIs")):
                wrong.append(f"{path}:{node.lineno} {node.name} -> {returns}")
    assert wrong == []


def test_every_sentence_of_a_refusal_is_whole_and_plain():
    wrong = []
    for code, kind in all_kinds().items():
        for text in (kind.message, kind.do):
            if text and not text.endswith(("。", "}")):
                wrong.append(f"{code} does not end with 。: {text}")
            for word in (*BANNED_WORDS, *BANNED_UNLESS_QUOTED):
                if word in text:
                    wrong.append(f"{code} says {word}: {text}")
            outside = re.sub(r"\{[^}]*\}", "", text)
            outside = re.sub(r"GUANTONG_[A-Z_]+", "", outside)
            if re.search(r"[A-Za-z]+_[A-Za-z_]+", outside) and not code.startswith(FILE_FORMATS):
                wrong.append(f"{code} shows a name of the code: {text}")
        if not re.fullmatch(r"[A-Z]{3}-\d{3}", code):
            wrong.append(f"{code} is not three letters and three digits")
        if not 400 <= kind.status < 600:
            wrong.append(f"{code} has status {kind.status}")
    assert wrong == []


def test_pages_and_messages_use_the_words_of_the_house():
    wrong = []
    for path, tree in modules():
        for text, line in chinese_texts(tree):
            words = (*BANNED_WORDS, *BANNED_UNLESS_QUOTED)
            wrong += [
                f"{path}:{line} {word}" for word in words if _says(text, word) and not _for_programmers(path, word)
            ]
    for path, text in templates():
        visible = TAG.sub(" ", text)
        wrong += [f"{path} {word}" for word in (*BANNED_WORDS, *BANNED_UNLESS_QUOTED) if _says(visible, word)]
    assert wrong == []


def _for_programmers(path: str, word: str) -> bool:
    """The description of the JSON API may name JSON's own words."""
    return word == "null" and "/api" in path


def _says(text: str, word: str) -> bool:
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return word in text


def test_templates_have_no_inline_style_or_script():
    wrong = []
    for path, text in templates():
        if re.search(r"\sstyle\s*=|<style", text):
            wrong.append(f"{path} styles")
        if re.search(r"<script(?![^>]*\ssrc=)", text):
            wrong.append(f"{path} scripts")
        if re.search(r"\son[a-z]+\s*=", text) or "javascript:" in text or "hx-on" in text:
            wrong.append(f"{path} handlers")
        if re.search(r"(?:src|href)=\"(?:https?:)?//", text):
            wrong.append(f"{path} fetches from elsewhere")
    assert wrong == []
