from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "guantong.base.notices"
    label = "notices"

    def ready(self) -> None:
        """A merged person's notices move to the kept record."""
        from guantong.base.notices.merging import move_notices, undo_notices
        from guantong.base.people.holders import register_holder

        register_holder("notices", move_notices, undo_notices)
