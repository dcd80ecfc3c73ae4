"""Addresses of the credit bank."""

from django.urls import path

from guantong.domains.credit.web import bureau, cases, enterprise, learner, school, visitor

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
    path("applications/<str:public_id>/", cases.application, name="application_case"),
    path("school/to-do/", school.to_do, name="school_to_do"),
    path("school/applications/", school.applications, name="school_applications"),
    path("school/learners/", school.learners, name="school_learners"),
    path("school/learners/<str:record_id>/", school.learner, name="school_learner"),
    path("school/learners/<str:record_id>/certify/", school.certify, name="school_certify"),
    path("school/learners/<str:record_id>/reverse/", school.reverse, name="school_reverse"),
    path("school/achievements/<str:public_id>/revoke/", school.revoke, name="school_revoke"),
    path("school/rules/", school.rules, name="school_rules"),
    path("school/rules/new/", school.new_rules, name="school_new_rules"),
    path("school/rules/<str:public_id>/", school.rule, name="school_rule"),
    path("school/figures/", school.figures, name="school_figures"),
    *school.DEPOSITS.urls("school/deposits/"),
    path("bureau/to-do/", bureau.to_do, name="bureau_to_do"),
    path("bureau/rules/", bureau.rules, name="bureau_rules"),
    path("bureau/figures/", bureau.figures, name="bureau_figures"),
    *enterprise.DEPOSITS.urls("issuer/deposits/"),
    path("issuer/deposited/", enterprise.deposited, name="issuer_deposited"),
    path("issuer/deposited/<str:public_id>/revoke/", enterprise.revoke, name="issuer_revoke"),
    path("try/", visitor.try_counts, name="try"),
    path("verify/", visitor.verify, name="verify"),
    path("verify/<str:number>/", visitor.verify_number_page, name="verify_number"),
    path("rules/<str:public_id>/", visitor.rules_open, name="rules_open"),
]
