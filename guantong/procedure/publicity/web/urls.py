"""Addresses of notices, objections and complaints."""

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


register_converter(FeedKind, "feed_kind")

urlpatterns = [
    path("publicity/", visitor.board, name="board"),
    path("publicity/feed.<feed_kind:kind>", visitor.feed, name="feed"),
    path("publicity/<str:public_id>/", visitor.notice, name="notice"),
    path("publicity/<str:public_id>/object/", visitor.object_here, name="object"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<str:public_id>/reply/", handling.reply_to, name="reply"),
    path("letters/<str:public_id>/identity/", handling.identity, name="identity"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/cases/<str:public_id>/", complaints.case, name="case"),
    path("complaints/<slug:procedure>/", complaints.write, name="complain"),
    path("objections/", handling.objections, name="objections"),
    path("objections/<str:public_id>/", handling.objection, name="objection"),
]
