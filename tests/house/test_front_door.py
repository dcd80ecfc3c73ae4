"""The front-door contract sees who comes in by the window."""

import grimp

from tests.house.front_door import FrontDoor


def _graph() -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for name in (
        "shop",
        "shop.config",
        "shop.site",
        "shop.domains",
        "shop.domains.bank",
        "shop.domains.bank.public",
        "shop.domains.bank.models",
        "shop.domains.bank.tests",
        "shop.domains.courses",
        "shop.domains.courses.public",
        "shop.domains.courses.actions",
    ):
        graph.add_module(name)
    graph.add_import(importer="shop.site", imported="shop.domains.bank.public")
    graph.add_import(importer="shop.domains.bank.public", imported="shop.domains.bank.models")
    graph.add_import(importer="shop.config", imported="shop.domains.bank.models")
    graph.add_import(importer="shop.domains.bank.tests", imported="shop.domains.courses.actions")
    return graph


def _contract() -> FrontDoor:
    return FrontDoor(
        name="door",
        session_options={},
        contract_options={"houses": "shop.domains", "door": "public", "exempt": ["shop.config"]},
    )


def test_the_door_the_own_rooms_the_exempt_and_tests_are_allowed():
    assert _contract().check(_graph(), verbose=False).kept


def test_the_window_is_seen():
    graph = _graph()
    graph.add_import(importer="shop.site", imported="shop.domains.bank.models")
    graph.add_import(importer="shop.domains.bank.models", imported="shop.domains.courses.actions")
    check = _contract().check(graph, verbose=False)
    assert not check.kept
    assert check.metadata["found"] == [
        ("shop.site", "shop.domains.bank.models"),
        ("shop.domains.bank.models", "shop.domains.courses.actions"),
    ]
