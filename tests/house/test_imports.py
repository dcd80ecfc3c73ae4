"""Rules of house.md §2 that the import linter cannot see: parts of outside packages, and the clock."""

import ast

from tests.house.sources import imports, modules

HTTP_ROOMS = ("/web/", "/api.py", "/api/", "guantong/site/", "guantong/base/webkit/", "guantong/config/")
TRANSACTION_ROOMS = (
    "/actions.py",
    "/actions/",
    "/sheets/",  # dry runs of the real action
    "guantong/site/demo/",  # sets its stage as tests do
    "guantong/base/bulk/",
    "guantong/base/notices/",
    "guantong/procedure/cases/telling.py",  # notices after commit
)
CLOCK = ("guantong/kernel/clock.py", "guantong/base/accounts/sessions.py")
"""The clock itself, and sessions, which live by the machine's clock as the browser's cookie does."""
NOW_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("time", "time"),
    ("time", "localtime"),
    ("time", "gmtime"),
}


def _is_in(path: str, rooms: tuple[str, ...]) -> bool:
    return any(room in path for room in rooms)


def test_requests_and_responses_stay_at_the_doors():
    wrong = [
        f"{path}:{line} {name}"
        for path, tree in modules()
        for name, line in imports(tree)
        if (name == "django.http" or name.startswith("django.http.")) and not _is_in(path, HTTP_ROOMS)
    ]
    assert wrong == []


def test_transactions_are_opened_by_actions():
    wrong = [
        f"{path}:{line}"
        for path, tree in modules()
        for name, line in imports(tree)
        if name in ("django.db.transaction", "django.db.transaction.atomic") and not _is_in(path, TRANSACTION_ROOMS)
    ]
    assert wrong == []


def test_there_are_no_signals():
    wrong = [
        f"{path}:{line} {name}"
        for path, tree in modules()
        for name, line in imports(tree)
        if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals"))
        or name == "django.db.models.signals"
    ]
    assert wrong == []


def test_no_model_overrides_save_or_delete():
    wrong = []
    for path, tree in modules():
        if "models" not in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                wrong += [
                    f"{path}:{part.lineno} {node.name}.{part.name}"
                    for part in node.body
                    if isinstance(part, ast.FunctionDef)
                    and part.name in ("save", "delete", "full_clean", "clean")
                    and not _refuses(part)
                ]
    assert wrong == []


def _refuses(function: ast.FunctionDef) -> bool:
    """Whether the body only raises: a table that is append-only may say so in Python too."""
    body = [s for s in function.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def test_the_present_moment_comes_from_the_kernel_clock():
    wrong = []
    for path, tree in modules():
        if path in CLOCK:
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            last = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if (last, node.func.attr) in NOW_CALLS:
                wrong.append(f"{path}:{node.lineno} {last}.{node.func.attr}")
    assert wrong == []


def test_nothing_sleeps():
    wrong = [
        f"{path}:{line}" for path, tree in modules(tests=True) for name, line in imports(tree) if name == "time.sleep"
    ]
    for path, tree in modules(tests=True):
        wrong += [
            f"{path}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == "sleep"
            and isinstance(node.value, ast.Name)
            and node.value.id == "time"
        ]
    assert wrong == []
