"""Addresses of notices, objections and complaints."""

from datetime import date

from django.urls import path, register_converter

from . import complaints, handling, letters, visitor

app_name = "publicity"


class FeedKind:
    """Kinds of feeds."""

    regex = "xml|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Day:
    """A day in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(FeedKind, "feed_kind")
register_converter(Day, "notice_day")

urlpatterns = [
    path("publicity/", visitor.board, name="board"),
    path("publicity/feed.<feed_kind:kind>", visitor.feed, name="feed"),
    path("publicity/lists/<str:round_id>/<slug:step>/<notice_day:day>/", visitor.notice_list, name="list"),
    path("publicity/lists/<str:round_id>/<slug:step>/<notice_day:day>.xlsx", visitor.list_file, name="list_file"),
    path("publicity/<str:public_id>/", visitor.notice, name="notice"),
    path("publicity/<str:public_id>/object/", visitor.object_here, name="object"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<str:public_id>/reply/", handling.reply_to, name="reply"),
    path("letters/<str:public_id>/identity/", handling.identity, name="identity"),
    path("letters/<str:public_id>/evidence/<int:number>/", handling.evidence, name="evidence"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/cases/<str:public_id>/", complaints.case, name="case"),
    path("complaints/<slug:procedure>/", complaints.write, name="complain"),
    path("objections/", handling.objections, name="objections"),
    path("objections/<str:public_id>/", handling.objection, name="objection"),
]
