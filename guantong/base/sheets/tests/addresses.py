"""The site's addresses with the pages of the tests' kind of import."""

from django.urls import include, path

from guantong.base.sheets.pages import SheetPages
from guantong.config.urls import (  # noqa: F401
    handler400,
    handler403,
    handler404,
    handler500,
)
from guantong.config.urls import (
    urlpatterns as site,
)

SMALL = SheetPages(
    kind="small",
    done_text="全部小表",
    done_url="small:sheets",
    desk="school",
    namespace="small",
    name="sheets",
    lead="成批交小表。",
    crumbs=(("学校工作台", "/school/"),),
)
urlpatterns = [path("", include((SMALL.urls("school/small/"), "small"))), *site]
