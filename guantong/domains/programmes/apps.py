from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "guantong.domains.programmes"
    label = "programmes"

    def ready(self) -> None:
        from guantong.base.people.public import register_holder
        from guantong.base.sheets.kinds import register_job_kind
        from guantong.base.webkit.desks import register_figure, register_link, register_panel

        from .actions.merging import move_records, undo_records
        from .public import count_published_plans
        from .selectors.declared import register_declared_facts
        from .sheets.roster import ROSTER_JOB
        from .web.school.plans import drafts_to_publish

        register_declared_facts()
        register_holder("programmes.records", move_records, undo_records)
        register_job_kind(ROSTER_JOB)
        register_link("school", 60, "人才培养方案", "programmes:school_plans", "programmes.manage")
        register_link("school", 61, "专业设置", "programmes:school_offerings", "programmes.manage")
        register_link("school", 62, "学生学籍", "programmes:school_students", "people.enrol")
        register_link("bureau", 60, "专业目录增补", "programmes:supplement", "orgs.manage")
        register_panel("school", 60, drafts_to_publish)
        register_figure(20, "人才培养方案", "份", count_published_plans, "/programmes/")
