"""``guantong admission``: whole runs at the terminal, refusals in words, nothing half-published."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.config.command import main
from guantong.domains.admission.command import folders
from guantong.domains.admission.command.folders import is_complete
from guantong.engines import matching

SAMPLE = Path(__file__).resolve().parents[4] / "samples" / "admission" / "parallel-groups"


def allocate(out, *more, folder=SAMPLE):
    named = {"places": "places.csv", "candidates": "candidates.csv", "choices": "choices.csv", "rules": "rules.yaml"}
    files = [part for option, name in named.items() for part in (f"--{option}", str(folder / name))]
    return main(["admission", "allocate", *files, "--out", str(out), *more])


@pytest.fixture
def run(tmp_path):
    out = tmp_path / "run"
    assert allocate(out) == 0
    return out


class TestAllocate:
    def test_it_tells_the_figures(self, tmp_path, capsys):
        assert allocate(tmp_path / "run") == 0
        out = capsys.readouterr().out
        assert out.startswith("完成：300 位考生，1538 个志愿，209 个名额，录取 202 人。")
        assert "两套程序结果一致" in out

    def test_it_writes_the_four_tables(self, run):
        assert {path.name for path in run.iterdir()} == {
            "results.csv", "reasons.csv", "cutoffs.csv", "manifest.json", "places.csv", "rules.yaml",
            "verify_result.py", "inputs",
        }  # fmt: skip
        assert (run / "results.csv").read_text("utf-8").splitlines()[0] == "candidate_id,place_id,ordinal,reason"
        head = (run / "reasons.csv").read_text("utf-8").splitlines()[0]
        assert head == "candidate_id,ordinal,unit_id,code,key,distance"
        assert is_complete(run)

    def test_a_rule_that_chooses_no_place_is_told(self, tmp_path, capsys):
        folder = tmp_path / "given"
        folder.mkdir()
        for path in SAMPLE.glob("*.csv"):
            (folder / path.name).write_bytes(path.read_bytes())
        rules = (SAMPLE / "rules.yaml").read_text("utf-8")
        (folder / "rules.yaml").write_text(rules.replace("{kind: veterans}", "{kind: veteran}"), "utf-8")
        assert allocate(tmp_path / "run", folder=folder) == 0
        told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("提醒")]
        assert told == ["提醒：规则里的条件“veterans-only”没有选中任何一项计划，没有起作用，请核对 places。"]
        assert allocate(tmp_path / "other") == 0
        assert "提醒" not in capsys.readouterr().out

    def test_what_names_people_is_readable_by_the_owner_alone(self, run):
        assert (run / "inputs").stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in (run / "inputs").iterdir()} == {0o600}

    def test_the_same_key_gives_the_same_manifest(self, run, tmp_path):
        assert allocate(tmp_path / "again", "--key", str(run / "inputs" / "pseudonym.key")) == 0
        assert (tmp_path / "again" / "manifest.json").read_bytes() == (run / "manifest.json").read_bytes()

    def test_a_complete_result_is_kept_unless_told_otherwise(self, run, capsys):
        before = (run / "manifest.json").read_bytes()
        assert allocate(run) == 2
        assert "已经有一次完整的结果" in capsys.readouterr().err
        assert (run / "manifest.json").read_bytes() == before
        assert allocate(run, "--replace") == 0
        assert (run / "manifest.json").read_bytes() != before
        assert [path.name for path in run.parent.iterdir() if not path.name.endswith(".lock")] == [run.name]

    def test_a_folder_with_something_else_in_it_is_never_touched(self, tmp_path, capsys):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("x")
        assert allocate(tmp_path / "mine", "--replace") == 2
        assert "不是分配结果" in capsys.readouterr().err
        assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]

    def test_an_empty_folder_is_taken(self, tmp_path):
        (tmp_path / "empty").mkdir()
        assert allocate(tmp_path / "empty") == 0

    def test_missing_files_are_all_named(self, tmp_path, capsys):
        assert allocate(tmp_path / "out", folder=tmp_path / "nowhere") == 2
        assert capsys.readouterr().err.count("没有这个文件") == 4
        assert not (tmp_path / "out").exists()

    def test_twenty_faults_are_shown_and_the_rest_counted(self, tmp_path, capsys):
        for name in ("places.csv", "candidates.csv", "choices.csv", "rules.yaml"):
            (tmp_path / name).write_bytes((SAMPLE / name).read_bytes())
        header = (SAMPLE / "choices.csv").read_text("utf-8").splitlines()[0]
        (tmp_path / "choices.csv").write_text(header + "\n" + "nobody,1,nowhere,,\n" * 33, "utf-8")
        assert allocate(tmp_path / "out", folder=tmp_path) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 21
        assert lines[0].startswith("choices.csv 第 2 行")
        assert "另有 13 处" in lines[-1]
        assert not (tmp_path / "out").exists()

    def test_another_seed_than_the_committed_one_is_refused(self, tmp_path, capsys):
        assert allocate(tmp_path / "out", "--commitment", "0" * 64) == 2
        assert "承诺不同" in capsys.readouterr().err

    def test_a_bad_key_is_refused(self, tmp_path, capsys):
        (tmp_path / "key").write_text("short")
        assert allocate(tmp_path / "out", "--key", str(tmp_path / "key")) == 2
        assert "64 个十六进制字符" in capsys.readouterr().err

    def test_differing_implementations_publish_nothing(self, tmp_path, capsys, monkeypatch):
        from dataclasses import replace

        plainly = matching.allocate_plainly

        def other(instance):
            outcome = plainly(instance)
            places = outcome.place[:]
            places[0] = -1 if places[0] >= 0 else 0
            return replace(outcome, place=places)

        monkeypatch.setattr(matching, "allocate_plainly", other)
        assert allocate(tmp_path / "out") == 1
        assert "两套程序的结果不同" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_a_failed_check_publishes_nothing(self, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr(matching, "check", lambda instance, outcome: ("有一处不对",))
        assert allocate(tmp_path / "out") == 1
        assert "有一处不对" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


class TestInterrupted:
    def test_two_runs_at_once_are_refused(self, tmp_path, capsys):
        out = tmp_path / "out"
        handle = os.open(tmp_path / ".out.lock", os.O_CREAT | os.O_RDWR)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            assert allocate(out) == 2
        finally:
            os.close(handle)
        assert "另一次运行正在" in capsys.readouterr().err
        assert not out.exists()
        assert allocate(out) == 0

    @pytest.mark.parametrize("moment", ["mkdir", "write", "rename"])
    def test_a_write_that_fails_leaves_the_former_result(self, run, monkeypatch, capsys, moment):
        before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
        real = folders._write

        def failing(path, data, mode):
            if path.name == "manifest.json":
                raise OSError(28, "No space left on device")
            real(path, data, mode)

        if moment == "write":
            monkeypatch.setattr(folders, "_write", failing)
        elif moment == "mkdir":
            (run.parent / ".run.new").write_text("in the way")
        else:
            monkeypatch.setattr(folders, "_sync", lambda folder: (_ for _ in ()).throw(OSError(5, "I/O error")))
        assert allocate(run, "--replace") == 2
        said = capsys.readouterr().err
        assert "写不进去" in said
        assert ("磁盘空间不够" in said) is (moment == "write")
        assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
        assert not (run.parent / ".run.new").is_dir()

    def test_a_former_result_is_put_back_when_the_new_one_cannot_take_its_place(self, run, monkeypatch, capsys):
        before = (run / "manifest.json").read_bytes()
        real = Path.rename

        def rename(self, target):
            if self.name == ".run.new":
                raise OSError(5, "I/O error")
            return real(self, target)

        monkeypatch.setattr(Path, "rename", rename)
        assert allocate(run, "--replace") == 2
        assert "写不进去" in capsys.readouterr().err
        assert (run / "manifest.json").read_bytes() == before

    def test_what_a_killed_run_left_is_cleared_and_a_former_result_put_back(self, run):
        before = (run / "manifest.json").read_bytes()
        run.rename(run.parent / ".run.old")
        (run.parent / ".run.new").mkdir()
        (run.parent / ".run.new" / "results.csv").write_text("half")
        assert allocate(run) == 2
        assert (run / "manifest.json").read_bytes() == before
        assert not (run.parent / ".run.new").exists()

    def test_a_kill_while_writing_leaves_nothing_half_published(self, tmp_path):
        out = tmp_path / "out"
        script = (
            "import os, signal, sys\n"
            "from guantong.domains.admission.command import folders\n"
            "from guantong.config.command import main\n"
            "real = folders._write\n"
            "def write(path, data, mode):\n"
            "    real(path, data, mode)\n"
            "    if path.name == 'cutoffs.csv': os.kill(os.getpid(), signal.SIGKILL)\n"
            "folders._write = write\n"
            "main(sys.argv[1:])\n"
        )
        named = [
            part
            for option in ("places", "candidates", "choices", "rules")
            for part in (f"--{option}", str(SAMPLE / f"{option}.{'yaml' if option == 'rules' else 'csv'}"))
        ]
        done = subprocess.run(
            [sys.executable, "-c", script, "admission", "allocate", *named, "--out", str(out)], check=False
        )
        assert done.returncode == -signal.SIGKILL
        assert not out.exists()
        assert (tmp_path / ".out.new").is_dir()
        assert allocate(out) == 0
        assert is_complete(out)
        assert not (tmp_path / ".out.new").exists()


class TestProofs:
    def test_a_certificate_goes_out_and_holds(self, run, tmp_path, capsys):
        card = tmp_path / "card.json"
        person = (run / "results.csv").read_text("utf-8").splitlines()[1].split(",")[0]
        assert main(["admission", "certificate", str(run), person, "--out", str(card)]) == 0
        assert main(["admission", "verify", str(card), "--published", str(run)]) == 0
        assert capsys.readouterr().out.endswith("核对通过。\n")
        changed = json.loads(card.read_text("utf-8"))
        changed["row"]["result"][2] = 9
        card.write_text(json.dumps(changed), "utf-8")
        assert main(["admission", "verify", str(card), "--published", str(run)]) == 1
        assert "核对不通过" in capsys.readouterr().out

    def test_it_is_not_written_over_another_file(self, run, tmp_path, capsys):
        card = tmp_path / "card.json"
        card.write_text("kept")
        person = (run / "results.csv").read_text("utf-8").splitlines()[1].split(",")[0]
        assert main(["admission", "certificate", str(run), person, "--out", str(card)]) == 2
        assert card.read_text() == "kept"
        assert "已经存在" in capsys.readouterr().err

    def test_who_took_no_part_has_no_certificate(self, run, tmp_path, capsys):
        assert main(["admission", "certificate", str(run), "nobody", "--out", str(tmp_path / "c.json")]) == 2
        assert "没有编号为“nobody”的考生" in capsys.readouterr().err
        assert not (tmp_path / "c.json").exists()

    @pytest.mark.parametrize("name", ["candidates.csv", "choices.csv", "rules.yaml"])
    def test_changed_inputs_are_noticed(self, run, tmp_path, capsys, name):
        path = run / "inputs" / name
        path.write_bytes(path.read_bytes() + b"\n")
        assert main(["admission", "bundle", str(run), "--out", str(tmp_path / "b.zip")]) == 2
        assert "与封存时的摘要不同" in capsys.readouterr().err

    def test_another_key_gives_another_root_and_is_noticed(self, run, tmp_path, capsys):
        (run / "inputs" / "pseudonym.key").write_text("0" * 64)
        assert main(["admission", "bundle", str(run), "--out", str(tmp_path / "b.zip")]) == 2
        assert "得不到封存的结果" in capsys.readouterr().err

    def test_a_bundle_is_computed_again_elsewhere(self, run, tmp_path, capsys):
        bundle = tmp_path / "b.zip"
        assert main(["admission", "bundle", str(run), "--out", str(bundle)]) == 0
        assert main(["admission", "rerun", str(bundle)]) == 0
        out = capsys.readouterr().out
        assert "完全相同" in out
        assert "不同　" not in out

    def test_a_changed_bundle_says_what_differs(self, run, tmp_path, capsys):
        from guantong.engines.matching.sealing.bundle import open_bundle
        from guantong.engines.matching.sealing.tests.test_bundle import packed

        bundle = tmp_path / "b.zip"
        assert main(["admission", "bundle", str(run), "--out", str(bundle)]) == 0
        members = open_bundle(bundle.read_bytes())
        members["cutoffs.csv"] = members["cutoffs.csv"].replace(b"total=", b"total=1")
        bundle.write_bytes(packed(members))
        assert main(["admission", "rerun", str(bundle)]) == 1
        assert "不同　包里的投档线" in capsys.readouterr().out

    @pytest.mark.parametrize("command", [["rerun", "x.zip"], ["verify", "x.json", "--published", "."]])
    def test_files_that_are_not_there(self, tmp_path, capsys, command, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert main(["admission", *command]) == 2
        assert "没有这个文件" in capsys.readouterr().err


def test_other_groups_start_without_the_engine():
    script = (
        "import sys\n"
        "from guantong.config.command import main\n"
        "try:\n    main(['policy', '--help'])\nexcept SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.startswith('guantong.engines')]\n"
    )
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)


def test_it_runs_without_django_and_helps_in_chinese():
    script = (
        "import sys\n"
        "from guantong.config.command import main\n"
        "try:\n    main(['admission', 'allocate', '--help'])\nexcept SystemExit: pass\n"
        "assert 'django' not in sys.modules and 'numba' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "招生计划表" in done.stdout
