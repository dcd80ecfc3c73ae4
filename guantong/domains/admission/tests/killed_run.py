"""Run by test_killed_run.py in a process of its own: prepare a closed round, then compute, seal or publish and be
killed at a named moment; then go on as the next worker would."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import django


def main(step: str, where: str) -> None:
    django.setup()
    from django.core.management import call_command

    from guantong.base.accounts.public import SYSTEM
    from guantong.domains.admission.actions import computing, runs
    from guantong.domains.admission.models import Cutoff, Cycle, Placement, Round, Run, RunResult
    from guantong.domains.admission.selectors.kept_runs import kept_run
    from guantong.domains.admission.tests.scene import AFTER, build_scene
    from guantong.kernel import clock
    from tests.cast import BASELINE, build_cast

    if step == "prepare":
        call_command("migrate", verbosity=0)
        with clock.frozen_at(BASELINE):
            scene = build_scene(build_cast())
            scene.fill_all()
            scene.close()
        if where.startswith("publish"):
            scene.compute()
        return
    with clock.frozen_at(AFTER):
        round_ = Round.objects.select_related("cycle").get()
        if step == "kill":
            _die(where, computing, runs)
            if where.startswith("publish"):
                runs.publish_run(actor=SYSTEM, run=Run.objects.select_related("round__cycle").get())
            else:
                runs.start_run(actor=SYSTEM, round_=round_)
                computing.work_on_runs()
            return
        if step == "take-up":
            runs.take_up_run(actor=SYSTEM, run=Run.objects.get(state__in=["started", "computed"]))
            computing.work_on_runs()
        elif step == "abandon":
            runs.abandon_run(actor=SYSTEM, run=Run.objects.get(), reason="进程中断，重新投档。")
            runs.start_run(actor=SYSTEM, round_=round_)
            computing.work_on_runs()
        run = Run.objects.exclude(state="abandoned").get()
        if run.state == "sealed":
            run = runs.publish_run(actor=SYSTEM, run=run)
    print(  # noqa: T201
        json.dumps(
            {
                "state": run.state,
                "runs": Run.objects.count(),
                "results": RunResult.objects.filter(run=run).count(),
                "cutoffs": Cutoff.objects.filter(run=run).count(),
                "placements": Placement.objects.count(),
                "people": Placement.objects.values("person_id").distinct().count(),
                "stage": Round.objects.get().stage,
                "seed": bool(Cycle.objects.get().seed_revealed),
                "bundle": run.bundle_id is not None,
                "packed": kept_run(run, None).is_packed,
                "root": run.root,
            }
        )
    )


def _die(where: str, computing: Any, runs: Any) -> None:
    """Be killed after reading, inside the writing of results, before the seal is kept, or inside publication."""

    def kill(*arguments: Any, **named: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def after(original: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> None:
            original(*arguments, **named)
            kill()

        return call

    if where == "plain":
        computing.allocate_plainly = kill
    elif where == "writing":
        computing._cutoffs = kill
    elif where == "sealing":
        computing.bundle_bytes = kill
    elif where == "publish-placements":
        runs.insert_rows = after(runs.insert_rows)
    elif where == "publish-last":
        runs._tell = kill


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
