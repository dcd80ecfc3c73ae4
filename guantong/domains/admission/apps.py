from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """Registers what other rooms call back: procedure handlers, import jobs, timed work, words, merges of people."""

    name = "guantong.domains.admission"
    label = "admission"
    verbose_name = "招生录取"

    def ready(self) -> None:
        from guantong.base.audit.words import register_words
        from guantong.base.people.holders import register_holder
        from guantong.base.people.sealed import register_sealed
        from guantong.base.sheets.kinds import register_family, register_timed_task
        from guantong.domains.admission.actions.computing import work_on_runs
        from guantong.domains.admission.actions.merging import move_candidates, return_candidates
        from guantong.domains.admission.actions.proving import DAY_SECONDS, refresh_all
        from guantong.domains.admission.actions.proving import TASK as FACTS_TASK
        from guantong.domains.admission.actions.resealing import reseal_runs
        from guantong.domains.admission.actions.runs import TASK
        from guantong.domains.admission.procedures import register_procedures
        from guantong.domains.admission.rules.words import WORDS
        from guantong.domains.admission.selectors.declared import register_declared_facts
        from guantong.domains.admission.sheets.jobs import (
            CANDIDATES,
            PLANS,
            SCORES,
            candidates_job,
            plans_job,
            scores_job,
        )
        from guantong.domains.admission.web.panels import register_panels

        register_words(WORDS)
        register_procedures()
        register_declared_facts()
        register_panels()
        register_holder("admission.candidates", move_candidates, return_candidates)
        register_sealed("摇号种子和化名密钥", reseal_runs)
        register_family(CANDIDATES, candidates_job)
        register_family(SCORES, scores_job)
        register_family(PLANS, plans_job)
        register_timed_task(TASK, 60, work_on_runs)
        register_timed_task(FACTS_TASK, DAY_SECONDS, refresh_all)
