from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "guantong.procedure.panels"
    label = "panels"

    def ready(self) -> None:
        """Join the machine of cases, the merging of people, the renewal of keys, and the import of sheets."""
        from guantong.base.audit.words import register_words
        from guantong.base.people.public import register_holder
        from guantong.base.people.sealed import register_sealed
        from guantong.base.sheets.kinds import register_family
        from guantong.procedure.cases.parts_api import register_part

        from .actions.resealing import reseal
        from .joining import move_rows, undo_rows
        from .part import PANELS
        from .sheets import FAMILY, reviewers_job

        register_part(PANELS)
        register_holder("panels.person", move_rows, undo_rows)
        register_sealed("评审的种子和回避登记", reseal)
        register_family(FAMILY, reviewers_job)
        register_words(
            {
                "open_pool": "建立评审专家库",
                "join_pool": "登记评审专家",
                "leave_pool": "评审专家离库",
                "move_reviewer": "评审专家换单位",
                "record_affiliation": "登记评审专家的任职经历",
                "take_back_reviewers": "取消导入的评审专家",
                "declare_interest": "登记利害关系",
                "end_interest": "终止利害关系",
                "hand_in_score": "提交评分",
                "reseal_panels": "用新密钥重新加密评审种子和回避登记",
                "panel_commit": "公布评审种子的校验值",
                "panel_draw": "抽取评审专家",
                "panel_replace": "更换评审专家",
                "panel_vacant": "评审专家退出，无人接替",
                "panel_remind": "催办评审专家",
                "panel_draw_anew": "重新抽取评审专家",
                "panel_close": "汇总评审结果",
            }
        )
