"""Documents that must say what the code says, and files that stay readable."""

import re

import pytest

from guantong.config.errors_command import AREAS, all_kinds, as_markdown
from guantong.kernel.refusal import declared_kinds
from tests.house.sources import PACKAGE, ROOT, modules

LONGEST = 600
"""Lines no module may exceed; from 400 on it is usually two rooms and is reported by ``report_long_files``."""


def test_the_list_of_codes_is_current():
    written = (ROOT / "docs/dev/error-codes.md").read_text(encoding="utf-8")
    assert written == as_markdown(), "run: .venv/bin/guantong errors --markdown > docs/dev/error-codes.md"


def test_every_kind_is_declared_in_an_errors_module():
    wrong = [
        path
        for path, _ in modules()
        if not re.search(r"/errors(\.py|/[^/]+\.py)$", path)
        and path != "guantong/kernel/refusal.py"
        and "= RefusalKind(" in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_every_prefix_is_known():
    all_kinds()
    unknown = {code for code in declared_kinds() if code.split("-")[0] not in AREAS}
    assert {code for code in unknown if not code.startswith(("XXX", "TST", "ZZZ"))} == set()


def test_no_module_has_grown_into_two():
    long = {
        path.relative_to(ROOT).as_posix(): count
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda p: p.name)
def test_links_between_documents_are_alive(path):
    if not path.is_file():
        pytest.skip("not written yet")
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        if not (path.parent / target.split("#")[0]).exists():
            dead.append(target)
    assert dead == []


def test_every_test_a_document_names_is_there():
    """A document that says which test holds a promise is held to it (house.md shows only how names are made)."""
    known: dict[str, set[str]] = {}
    for folder in ("guantong", "tests"):
        for path in (ROOT / folder).rglob("test_*.py"):
            known.setdefault(path.name, set()).update(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    names = set().union(*known.values())
    gone = []
    for document in ROOT.glob("docs/**/*.md"):
        if document.name == "house.md":
            continue
        for named in re.findall(r"\btest_[a-z0-9_]+(?:\.py)?\b", document.read_text(encoding="utf-8")):
            if named not in known and named not in names and f"{named}.py" not in known:
                gone.append(f"{document.name}: {named}")
    assert names and gone == []


def test_every_setting_is_documented():
    """Each GUANTONG_ variable the product reads stands in the runbook, and the runbook names no other."""
    read: set[str] = set()
    for path, _ in modules():
        if not path.endswith("settings/test.py"):
            read |= set(
                re.findall(r"environ(?:\.get\(|\[|\.setdefault\()\s*\"(GUANTONG_[A-Z_]+)\"", (ROOT / path).read_text())
            )
    named = set(re.findall(r"`(GUANTONG_[A-Z_]+)`", (ROOT / "docs/ops/runbook.md").read_text(encoding="utf-8")))
    assert read == named


def report_long_files() -> list[str]:
    """Modules beyond 400 lines, longest first: ``python -m tests.house.test_documents``."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > 400 and "migrations" not in path.parts:
            found.append((count, path.relative_to(ROOT).as_posix()))
    return [f"{count} {path}" for count, path in sorted(found, reverse=True)]


if __name__ == "__main__":
    import sys

    sys.stdout.write("\n".join(report_long_files()) + "\n")
