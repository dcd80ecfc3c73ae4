from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "guantong.base.notices"
    label = "notices"

    def ready(self) -> None:
        """A merged person's notices move to the kept record; a new key seals their texts again."""
        from guantong.base.audit.words import register_words
        from guantong.base.notices.actions import reseal_notices
        from guantong.base.notices.merging import move_notices, undo_notices
        from guantong.base.people.holders import register_holder
        from guantong.base.people.sealed import register_sealed

        register_holder("notices", move_notices, undo_notices)
        register_sealed("消息内容", reseal_notices)
        register_words({"reseal_notices": "用新密钥重新加密消息内容"})
