from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "guantong.base.files"
    label = "files"
