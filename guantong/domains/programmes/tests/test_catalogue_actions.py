"""Loading, searching and importing the catalogue."""

from __future__ import annotations

import pytest

from guantong.base.accounts.public import SYSTEM
from guantong.base.audit.models import AuditLine
from guantong.domains.programmes.actions import ProgrammeEntry, import_programmes, load_catalogue
from guantong.domains.programmes.models import Programme
from guantong.domains.programmes.selectors.catalogue import (
    catalogue_coverage,
    counterparts,
    get_programme,
    list_programmes,
)
from guantong.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db):
    load_catalogue(actor=SYSTEM)


def _new(code="510217", name="人工智能数据工程技术", level="higher", edition="2025", **more):
    return ProgrammeEntry(code=code, name=name, level=level, edition=edition, **more)


def test_loading_enters_every_programme_and_again_changes_nothing(db):
    assert load_catalogue(actor=SYSTEM) == 1349
    assert load_catalogue(actor=SYSTEM) == 0
    assert Programme.objects.count() == 1349
    assert AuditLine.objects.filter(action="load_catalogue").count() == 1


def test_loading_again_repairs_a_changed_entry(catalogue):
    Programme.objects.filter(code="510203").update(name="别的名字")
    assert load_catalogue(actor=SYSTEM) == 1
    assert get_programme("510203").name == "软件技术"


def test_loading_needs_the_mandate(cast):
    with pytest.raises(Refusal) as caught:
        load_catalogue(actor=cast.lin)
    assert caught.value.code.startswith("ACC-")
    assert Programme.objects.count() == 0


def test_it_is_found_in_either_script_by_name_and_by_code(catalogue):
    assert [p.code for p in list_programmes(search="软件工程技术")] == ["310203"]
    assert [p.code for p in list_programmes(search="軟件工程技術")] == ["310203"]
    assert [p.code for p in list_programmes(search="５１０２０３")] == ["510203"]
    assert [p.code for p in list_programmes(search="520101k")] == ["520101"]
    assert [p.code for p in list_programmes(search="护理 本科")] == []
    assert {p.code for p in list_programmes(search="護理")} >= {"320201", "520201", "720201", "720402"}


def test_filters_by_level_category_and_class(catalogue):
    assert list_programmes(level="secondary").count() == 358
    assert list_programmes(category="11").count() == 21 + 37 + 18
    assert {p.class_name for p in list_programmes(class_code="5102")} == {"计算机类"}


def test_counterparts_are_of_the_same_class_at_other_levels(catalogue):
    found = counterparts(get_programme("510203"))
    assert {p.class_code for p in found} == {"3102", "7102"}


def test_coverage_counts_what_is_entered_against_what_is_known(catalogue):
    coverage = catalogue_coverage()
    assert coverage.entered == coverage.known == (358, 744, 247)
    assert all(row.is_complete for row in coverage.rows) and len(coverage.rows) == 19
    Programme.objects.filter(code="510203").delete()
    coverage = catalogue_coverage()
    assert coverage.entered == (358, 743, 247)
    assert [row.number for row in coverage.rows if not row.is_complete] == ["11"]


def test_import_adds_a_supplement_once(catalogue):
    counts = import_programmes(actor=SYSTEM, entries=[_new()], origin="增补清单原件")
    assert (counts.added, counts.renamed, counts.unchanged) == (1, 0, 0)
    counts = import_programmes(actor=SYSTEM, entries=[_new()], origin="增补清单原件")
    assert (counts.added, counts.renamed, counts.unchanged) == (0, 0, 1)
    added = get_programme("510217")
    assert (added.category_name, added.class_name, added.edition) == ("电子与信息大类", "计算机类", "2025")
    assert catalogue_coverage().added == (0, 1, 0)
    assert AuditLine.objects.filter(action="import_programmes").count() == 1
    assert load_catalogue(actor=SYSTEM) == 0


def test_a_dry_run_counts_and_writes_nothing(catalogue):
    counts = import_programmes(actor=SYSTEM, entries=[_new()], origin="增补清单原件", dry_run=True)
    assert counts.added == 1
    assert not Programme.objects.filter(code="510217").exists()
    assert not AuditLine.objects.filter(action="import_programmes").exists()


def test_a_changed_name_must_be_said_to_be_one(catalogue):
    with pytest.raises(Refusal) as caught:
        import_programmes(actor=SYSTEM, entries=[_new("510203", "软件工程")], origin="原件")
    assert caught.value.code == "PRG-006"
    assert get_programme("510203").name == "软件技术"
    counts = import_programmes(actor=SYSTEM, entries=[_new("510203", "软件工程", is_renamed=True)], origin="原件")
    assert counts.renamed == 1
    assert [p.code for p in list_programmes(search="软件工程 计算机", level="higher")] == ["510203"]


def test_import_is_all_or_nothing_and_names_every_fault(catalogue):
    entries = [
        _new(),
        _new("51021"),
        _new("310299"),
        _new(edition="今年"),
        _new(class_name="通信类"),
        _new(name="又一个"),
    ]
    with pytest.raises(Refusal) as caught:
        import_programmes(actor=SYSTEM, entries=entries, origin="原件")
    assert [p.code for p in caught.value] == ["PRG-001", "PRG-002", "PRG-009", "PRG-004", "PRG-011"]
    assert Programme.objects.count() == 1349


def test_import_refuses_an_empty_list_and_a_registrar(catalogue, cast):
    with pytest.raises(Refusal) as caught:
        import_programmes(actor=SYSTEM, entries=[], origin="原件")
    assert caught.value.code == "PRG-010"
    with pytest.raises(Refusal) as caught:
        import_programmes(actor=cast.lin, entries=[_new()], origin="原件")
    assert caught.value.code == "ACC-002"
    assert import_programmes(actor=cast.he, entries=[_new()], origin="原件").added == 1


def test_an_unknown_code_is_refused(catalogue):
    for code in ("999999", "abc", ""):
        with pytest.raises(Refusal) as caught:
            get_programme(code)
        assert caught.value.code == "PRG-008"
