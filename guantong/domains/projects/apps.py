from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Registers the handler of declarations and what this domain puts on desks."""

    name = "guantong.domains.projects"
    label = "projects"
    verbose_name = "申报事项"

    def ready(self) -> None:
        from guantong.base.audit.words import register_words
        from guantong.base.people.public import register_holder
        from guantong.domains.projects.actions.merging import move_declarations, return_declarations
        from guantong.domains.projects.procedures import register_procedures
        from guantong.domains.projects.web.panels import register_panels

        register_procedures()
        register_panels()
        register_holder("projects.declarations", move_declarations, return_declarations)
        register_words({"save_draft": "保存申报草稿"})
