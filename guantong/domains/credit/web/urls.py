"""Addresses of the credit bank."""

from django.urls import path

from guantong.domains.credit.web import cases, learner, visitor

app_name = "credit"
urlpatterns = [
    path("learner/account/", learner.account, name="account"),
    path("learner/achievements/<str:public_id>/", learner.achievement, name="achievement"),
    path("learner/counts/", learner.counts, name="counts"),
    path("learner/apply/", learner.apply, name="apply"),
    path("learner/applications/", learner.applications, name="applications"),
    path("learner/applications/<str:public_id>/", learner.application, name="application"),
    path("learner/claim/", learner.claim, name="claim"),
    path("learner/completion/", learner.completion, name="completion"),
    path("learner/certificates/", learner.certificates, name="certificates"),
    path("certificates/<str:number>.pdf", learner.certificate_file, name="certificate_file"),
    path("certificates/<str:number>.json", visitor.signed_file, name="signed_file"),
    path("cases/<str:public_id>/", cases.case, name="case"),
    path("cases/evidence/<str:public_id>/", cases.evidence, name="evidence"),
    path("try/", visitor.try_counts, name="try"),
    path("verify/", visitor.verify, name="verify"),
    path("verify/<str:number>/", visitor.verify_number_page, name="verify_number"),
    path("rules/<str:public_id>/", visitor.rules_open, name="rules_open"),
]
