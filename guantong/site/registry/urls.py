"""Addresses of the register."""

from django.urls import path

from guantong.site.registry import accounts, audit, changes, figures, notices, organisations, people

app_name = "registry"
urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/regions/", organisations.regions, name="regions"),
    path("organisations/figures/", figures.figures, name="figures"),
    path("organisations/<slug:public_id>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:public_id>/posts/", accounts.posts_at, name="posts"),
    path("bureau/organisations/register/", changes.register_organisation, name="register-organisation"),
    path("bureau/organisations/<slug:public_id>/<slug:kind>/", changes.change_organisation, name="change-organisation"),
    path("bureau/regions/register/", changes.register_region, name="register-region"),
    path("bureau/regions/<slug:code>/<slug:kind>/", changes.change_region, name="change-region"),
    path("bureau/posts/<int:post_id>/revoke/", accounts.revoke_post, name="revoke-post"),
    path("bureau/people/duplicates/", people.duplicates, name="duplicates"),
    path("bureau/people/duplicates/again/", people.look_again, name="look-again"),
    path("bureau/people/merges/", people.merges, name="merges"),
    path("bureau/people/merges/<int:merge_id>/undo/", people.undo_merge, name="undo-merge"),
    path("bureau/people/<slug:first>/<slug:second>/", people.compare, name="compare"),
    path("bureau/audit/", audit.audit, name="bureau-audit"),
    path("bureau/audit/lines.csv", audit.audit_csv, name="bureau-audit-csv"),
    path("school/people/", people.find_person, name="find-person"),
    path("school/people/<slug:public_id>/", people.person, name="person"),
    path("operator/accounts/", accounts.accounts, name="accounts"),
    path("operator/accounts/new/", accounts.new_account, name="new-account"),
    path("operator/accounts/<str:username>/", accounts.account, name="account"),
    path("operator/accounts/<str:username>/<slug:what>/", accounts.mind_account, name="mind-account"),
    path("operator/tokens/", accounts.tokens, name="tokens"),
    path("operator/tokens/<slug:public_id>/revoke/", accounts.revoke_token, name="revoke-token"),
    path("operator/audit/", audit.audit, name="audit"),
    path("operator/audit/lines.csv", audit.audit_csv, name="audit-csv"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read_notices, name="read-notices"),
    path("files/<slug:public_id>/", notices.file, name="file"),
]
