"""``guantong credit`` and ``guantong samples``: sentences, JSON, exit statuses; the work of the night."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from guantong.base.notices.models import Notice
from guantong.base.sheets.kinds import timed_tasks
from guantong.base.sheets.timed import run_due_tasks
from guantong.config.command import main
from guantong.domains.credit.actions.deposits import Deposit, deposit_achievements, open_accounts
from guantong.domains.credit.actions.nightly import audit_and_seal, expire_all
from guantong.domains.credit.models import Achievement, CreditAccount, Seal
from guantong.kernel import clock

from .importing import findings, imported, upload
from .scene import build_scene
from .test_auditing import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast) -> CreditAccount:
    """小吴's account with one training record."""
    account_id = open_accounts([cast.wu_person])[cast.wu_person]
    row = Deposit(account_id, "training", "培训", date(2025, 5, 5), "企业", cast.enterprise, hours=34)
    deposit_achievements(actor=cast.zhang, organisation_id=cast.enterprise, rows=[row], ref="test")
    return CreditAccount.objects.get(pk=account_id)


def run(capsys, *arguments: str) -> tuple[int, str]:
    status = main(list(arguments))
    return status, capsys.readouterr().out


def test_a_clean_audit_says_so_and_exits_with_0(account, capsys):
    status, text = run(capsys, "credit", "audit")
    assert (status, text) == (0, "核对 2 条分录、1 个账户，全部相符。还没有封存。\n")
    status, text = run(capsys, "credit", "audit", "--json")
    assert (status, json.loads(text)) == (
        0,
        {"ok": True, "entries": 2, "accounts": 1, "seal": "还没有封存。", "faults": []},
    )


def test_faults_name_the_account_by_its_number_and_exit_with_1(account, capsys):
    unlocked("UPDATE credit_ledgerentry SET reason = 'x' WHERE sequence = 2")
    status, text = run(capsys, "credit", "audit")
    assert status == 1
    assert f"{account.number} 第 2 号分录　摘要与内容不符，该分录或前一分录被改动过。　编号 CRD-902" in text
    assert "发现 1 处不符" in text
    status, text = run(capsys, "credit", "audit", "--json")
    made = json.loads(text)
    assert (status, made["ok"], [f["code"] for f in made["faults"]]) == (1, False, ["CRD-902"])


def test_sealing_audits_first(account, capsys):
    status, text = run(capsys, "credit", "seal", "--json")
    seal = Seal.objects.get()
    made = json.loads(text)
    assert (status, made["ok"], made["entries"], made["root"]) == (0, True, 2, bytes(seal.root).hex())
    unlocked("UPDATE credit_ledgerentry SET reason = 'x' WHERE sequence = 2")
    status, text = run(capsys, "credit", "seal")
    assert status == 1
    assert "没有封存" in text
    assert Seal.objects.count() == 1


def test_an_empty_ledger_is_not_sealed(cast, capsys):
    assert run(capsys, "credit", "seal") == (0, "账本里还没有分录。\n")
    assert Seal.objects.count() == 0


def test_expiry_is_posted_once(account, capsys):
    with clock.frozen_at(clock.now() + timedelta(days=6 * 365)):
        assert run(capsys, "credit", "expire") == (0, "1 项成果到期。\n")
        assert run(capsys, "credit", "expire") == (0, "0 项成果到期。\n")
        assert run(capsys, "credit", "audit")[0] == 0
    assert Achievement.objects.get().state == "expired"
    account.refresh_from_db()
    assert (account.recognised, account.expired) == (0, 200)


def test_operators_hear_of_faults_found_at_night(account, cast, django_capture_on_commit_callbacks):
    unlocked("UPDATE credit_ledgerentry SET reason = 'x' WHERE sequence = 2")
    with django_capture_on_commit_callbacks(execute=True):
        assert "发现 1 处不符，没有封存" in audit_and_seal()
    notice = Notice.objects.get(user_id=cast.users["operator"])
    assert "发现 1 处不符" in notice.text


def test_audit_and_expiry_are_timed_work(account):
    tasks = {t.name: t for t in timed_tasks()}
    assert tasks["credit.audit"].every_seconds == tasks["credit.expire"].every_seconds == 86_400
    assert {"credit.audit", "credit.expire"} <= set(run_due_tasks())
    assert Seal.objects.count() == 1
    assert not {"credit.audit", "credit.expire"} & set(run_due_tasks())
    assert expire_all() == "0 项成果到期。"


def test_samples_are_written_and_what_is_good_can_be_imported(cast, tmp_path, capsys):
    scene = build_scene(cast)
    with clock.frozen_at(clock.now() + timedelta(days=365)):
        status, text = run(capsys, "samples", "--out", str(tmp_path), "--rows", "300")
        assert status == 0
        assert len(text.splitlines()) == 5
        made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        assert len(made) == 5
        good = imported(cast, made["学习成果存入表-没有错误.xlsx"], who="zhang", where="enterprise")
        assert good.counts["posted"] == 200
        large = imported(cast, made["学习成果存入表-300行.xlsx"], who="zhang", where="enterprise")
        assert large.counts["posted"] == 300
        assert imported(cast, made["學習成果存入表-繁體.xlsx"], who="zhang", where="enterprise").rows_done == 40
        bad = upload(cast, made["学习成果存入表-二十多处错误.xlsx"], who="zhang", where="enterprise")
        assert len({p.code for p in findings(bad)}) >= 20
        national = imported(cast, made["学生技能证书数据子类表-国家标准.xlsx"])
    assert national.spec == "ods_xsjnzssj_2023"
    assert Achievement.objects.filter(account_id=scene.account_id, issuer_name__contains="鉴定中心").count() == 1


def test_without_students_the_national_sample_shows_what_is_said_of_unknown_numbers(cast, tmp_path, capsys):
    assert run(capsys, "samples", "--out", str(tmp_path))[0] == 0
    job = upload(cast, (tmp_path / "学生技能证书数据子类表-国家标准.xlsx").read_bytes())
    assert {p.code for p in findings(job)} == {"CRD-101"}
    assert job.rows_bad == 40
