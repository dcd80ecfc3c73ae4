"""Addresses of ledgers, bulletins and key tasks."""

from django.urls import path

from . import bureau, visitor

app_name = "ledgers"

urlpatterns = [
    path("ledgers/", visitor.bulletins, name="bulletins"),
    path("ledgers/bulletins/<str:public_id>/", visitor.bulletin, name="bulletin"),
    path("ledgers/bulletins/<str:public_id>/bulletin.xlsx", visitor.bulletin_xlsx, name="bulletin_xlsx"),
    path("ledgers/bulletins/<str:public_id>/bulletin.csv", visitor.bulletin_csv, name="bulletin_csv"),
    path("key-tasks/", visitor.tasks, name="tasks"),
    path("key-tasks/<slug:code>/", visitor.task, name="task"),
    path("bureau/ledgers/", bureau.ledgers, name="ledgers"),
    path("bureau/ledgers/bodies/", bureau.bodies, name="bodies"),
    path("bureau/ledgers/<slug:code>/", bureau.ledger, name="ledger"),
    path("bureau/ledgers/<slug:code>/publish/", bureau.publish, name="publish"),
    path("bureau/ledgers/<slug:code>/<str:number>/", bureau.row, name="row"),
    path("bureau/key-tasks/", bureau.tasks, name="bureau_tasks"),
    path("bureau/key-tasks/publish/", bureau.publish_tasks, name="publish_tasks"),
    path("bureau/key-tasks/<slug:code>/", bureau.task, name="bureau_task"),
]
