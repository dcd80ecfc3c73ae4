from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "guantong.procedure.registers"
    label = "registers"
    verbose_name = "称号名册"

    def ready(self) -> None:
        """Join the machine, the facts, the merging of people, the words of the record, and the desks."""
        from guantong.base.audit.words import register_words
        from guantong.base.people.public import register_holder
        from guantong.procedure.cases.handlers import register_handler
        from guantong.procedure.cases.parts_api import register_part

        from .facts import register_sources
        from .following import HANDLER
        from .joining import move_titles, undo_titles
        from .part import TITLES
        from .post_facts import register_post_sources
        from .reading import SUBJECT
        from .rules import KIND_WORDS
        from .web.panels import register_panels

        register_part(TITLES)
        register_sources()
        register_post_sources()
        register_handler(SUBJECT, HANDLER)
        register_holder("registers.title", move_titles, undo_titles)
        register_words({f"title_{kind}": f"称号：{word}" for kind, word in KIND_WORDS.items()})
        register_panels()
