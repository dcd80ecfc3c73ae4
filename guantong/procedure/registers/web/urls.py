"""Addresses of registers."""

from django.urls import path, register_converter

from . import bureau, cases, visitor

app_name = "registers"


class Kind:
    """Kinds of files a register is exported as."""

    regex = "xlsx|csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Kind, "register_file")

urlpatterns = [
    path("registers/", visitor.registers, name="registers"),
    path("registers/verify/", visitor.verify, name="verify"),
    path("registers/targets.<register_file:kind>", visitor.targets_file, name="targets"),
    path("registers/titles/<str:number>/", visitor.title, name="title"),
    path("registers/titles/<str:number>/open/<str:definition>/", cases.open_follow_up, name="open"),
    path("registers/cases/<str:public_id>/", cases.case, name="case"),
    path("registers/<slug:code>/", visitor.register, name="register"),
    path("registers/<slug:code>/titles.<register_file:kind>", visitor.register_file, name="file"),
    path("bureau/titles/", bureau.supervise, name="supervise"),
]
