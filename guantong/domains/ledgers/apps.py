from django.apps import AppConfig


class LedgersConfig(AppConfig):
    """Puts ledgers on desks, the reminders among timed work, and evidence within reach of those concerned."""

    name = "guantong.domains.ledgers"
    label = "ledgers"
    verbose_name = "任务台账"

    def ready(self) -> None:
        from guantong.base.audit.words import register_words
        from guantong.base.files.public import register_access
        from guantong.base.sheets.kinds import register_timed_task

        from .actions import remind_bodies
        from .selectors.evidence import may_open
        from .web.panels import register_panels

        register_panels()
        register_access("ledgers", may_open)
        register_timed_task("ledgers.remind", 24 * 3600, remind_bodies)
        register_words(
            {"enter_progress": "填报任务进展", "correct_progress": "更正任务进展", "publish_bulletin": "印发任务通报"}
        )
