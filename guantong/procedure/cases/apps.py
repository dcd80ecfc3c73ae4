from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "guantong.procedure.cases"
    label = "cases"

    def ready(self) -> None:
        """Join the timed work, the merging of people, and the reading of files."""
        from guantong.base.audit.words import register_words
        from guantong.base.files.public import register_access
        from guantong.base.people.public import register_holder
        from guantong.base.sheets.kinds import register_timed_task
        from guantong.procedure.conditions import register_fact_source
        from guantong.procedure.conditions.facts import CASE_DAY

        from .actions.scanning import scan_and_tell
        from .joining import may_open_file, move_cases, undo_cases
        from .load_part import LOAD
        from .parts_api import register_part

        register_part(LOAD)
        register_words({"reassign_case": "转交承办"})
        register_timed_task("cases.deadlines", 300, scan_and_tell)
        register_holder("cases.case", move_cases, undo_cases)
        register_access("cases.material", may_open_file)
        register_fact_source(
            CASE_DAY, lambda subject, day, name: day, title="提交之日", kind="date", origin="case", source="本件"
        )
