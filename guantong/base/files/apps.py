from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "guantong.base.files"
    label = "files"

    def ready(self) -> None:
        """A merged person's files move to the kept record."""
        from guantong.base.files.merging import move_files, undo_files
        from guantong.base.people.holders import register_holder

        register_holder("files", move_files, undo_files)
