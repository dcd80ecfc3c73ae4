from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """Registers what other rooms call back: procedure handlers, import jobs, timed work, words, merges of people."""

    name = "guantong.domains.admission"
    label = "admission"
    verbose_name = "招生录取"
