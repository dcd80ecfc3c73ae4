from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "guantong.procedure.panels"
    label = "panels"

    def ready(self) -> None:
        """Join the machine of cases, the merging of people, the renewal of keys, and the import of sheets."""
        from guantong.base.people.public import register_holder
        from guantong.base.people.sealed import register_sealed
        from guantong.procedure.cases.parts_api import register_part

        from .actions.resealing import reseal
        from .joining import move_rows, undo_rows
        from .part import PANELS

        register_part(PANELS)
        register_holder("panels.person", move_rows, undo_rows)
        register_sealed("评审的种子和回避登记", reseal)
