from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "guantong.procedure.publicity"
    label = "publicity"
    verbose_name = "公示与异议"

    def ready(self) -> None:
        """Join the machine, the renewal of keys, the words of the record, and the desks."""
        from guantong.base.audit.words import register_words
        from guantong.base.people.sealed import register_sealed
        from guantong.procedure.cases.handlers import register_handler
        from guantong.procedure.cases.parts_api import register_part

        from .actions.resealing import reseal_senders
        from .handler import HANDLER
        from .part import PART
        from .reading import SUBJECT
        from .web.panels import register_panels

        register_part(PART)
        register_handler(SUBJECT, HANDLER)
        register_sealed("来信人身份和来信内容的密钥", reseal_senders)
        register_words(
            {
                "publish_notice": "发布公示",
                "receive_objection": "收到异议",
                "take_back_objection": "撤回异议",
                "answer_objection": "答复异议",
                "add_statement": "补充来信",
                "reply_to_letter": "回复来信",
                "reseal_senders": "用新密钥重新加密来信人身份和来信内容的密钥",
                "read_evidence": "查看来信的佐证",
                "open_protected_identity": "查看受保护的来信人身份",
            }
        )
        register_panels()
