"""The comparisons with public data, tried on invented files of the same form: right answers pass, wrong ones fail."""

import gzip
import json

import pytest

from tests.conformance.__main__ import main


def write(path, value):
    data = json.dumps(value).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def wish(person, rank, kind):
    return {"G_CN_COD": person, "rang": rank, "typeCandidat": kind}


@pytest.fixture
def data(tmp_path):
    """Four people, half of the calls for scholars; three wishes for one boarding house; two applicants, one seat."""
    golden, haven = tmp_path / "parcoursup_golden", tmp_path / "newhaven_sae_example"
    golden.mkdir()
    haven.mkdir()
    people = [(11, 1, "NonBoursierNonResident"), (12, 2, "NonBoursierNonResident"), (13, 3, "BoursierNonResident")]
    group = {
        "C_GP_COD": 0,
        "tauxMinBoursiersPourcents": 50,
        "tauxMinResidentsPourcents": 0,
        "voeuxClasses": [wish(*row) for row in people],
    }
    order = [wish(*people[number]) for number in (2, 0, 1)]
    write(golden / "exemple_A9_entree.json", {"algoOrdreAppelEntree": {"groupesClassements": [group]}})
    write(
        golden / "exemple_A9_sortie.json",
        {"algoOrdreAppelSortie": {"ordresAppel": [{"key": 0, "voeux": order}]}},
    )
    wishes = [
        {"id": {"G_CN_COD": n}, "ordreAppel": n, "rangInternat": rank} for n, rank in ((1, 9), (2, 1), (3, 2), (4, 3))
    ]
    places = {"id": {"C_GP_COD": 1, "G_TA_COD": 1, "G_TI_COD": 1}, "nbPlacesVacantes": 3, "rangDernierAppele": 3}
    house = {"id": {"C_GI_COD": 1, "G_TA_COD": 1}, "positionAdmission": 2}
    write(
        golden / "ExempleB7Jour9_entree.json.gz",
        {"algoPropositionsEntree": {"groupesAffectations": [{**places, "voeux": wishes}], "internats": [house]}},
    )
    write(golden / "ExempleB7Jour9_sortie.json.gz", {"algoPropositionsSortie": {"propositions": wishes[1:3]}})
    quotas = ",".join(f"quota_{n}" for n in range(1, 11))
    (haven / "vacancies_r.csv").write_text(
        f"school_id,grade_id,program_id,{quotas},regular_vacancies\n1,1,7,1{',0' * 9},1\n1,1,8{',0' * 10},1\n"
    )
    (haven / "applications_r.csv").write_text(
        "applicant_id,grade_id,program_id,ranking,quota_id,priority_profile_ori,priority_profile_edi\n"
        "1,1,7,1,1,1,2\n2,1,7,1,11,2,1\n2,1,8,2,11,1,1\n3,1,7,1,11,3,1\n"
    )
    return tmp_path


def test_right_answers_pass(data, capsys):
    assert main([str(data)]) == 0
    out = capsys.readouterr().out
    assert "pass  exemple_A9: order of 3 calls" in out
    assert "pass  ExempleB7Jour9: last rank called" in out
    assert "3 applicants, 3 seats somebody applied for, 3 placed" in out
    assert "FAIL" not in out


def test_a_wrong_order_of_calls_fails(data, capsys):
    path = data / "parcoursup_golden" / "exemple_A9_sortie.json"
    answer = json.loads(path.read_bytes())
    answer["algoOrdreAppelSortie"]["ordresAppel"][0]["voeux"].reverse()
    write(path, answer)
    assert main([str(data)]) == 1
    assert "FAIL  exemple_A9: order of 3 calls" in capsys.readouterr().out


def test_wrong_offers_fail(data, capsys):
    path = data / "parcoursup_golden" / "ExempleB7Jour9_sortie.json.gz"
    write(path, {"algoPropositionsSortie": {"propositions": []}})
    assert main([str(data)]) == 1
    assert "FAIL  ExempleB7Jour9" in capsys.readouterr().out


def test_an_unstable_result_is_found(data, capsys, monkeypatch):
    from array import array
    from dataclasses import replace

    from tests.conformance import new_haven

    plainly = new_haven.allocate_plainly

    def nobody(instance):
        outcome = plainly(instance)
        return replace(outcome, place=array("i", [-1] * len(outcome.place)))

    monkeypatch.setattr(new_haven, "allocate", nobody)
    assert main([str(data)]) == 1
    out = capsys.readouterr().out
    for what in ("both implementations agree", "the independent check finds nothing", "no blocking pair"):
        assert f"FAIL  New Haven ori, lottery: {what}" in out


def test_a_folder_without_data_is_a_mistake(tmp_path):
    assert main([str(tmp_path)]) == 2
    assert main([]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
