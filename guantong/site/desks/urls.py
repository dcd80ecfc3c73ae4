"""Addresses of signing in, one's account, and the desks."""

from django.urls import path

from guantong.site.desks import account, homes, signing

app_name = "desks"
urlpatterns = [
    path("sign-in/", signing.sign_in_page, name="sign-in"),
    path("sign-in/code/", signing.second_step, name="second-step"),
    path("sign-in/demo/", signing.sign_in_by_card, name="by-card"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/second-factor/begin/", account.second_factor_begin, name="second-factor-begin"),
    path("account/second-factor/confirm/", account.second_factor_confirm, name="second-factor-confirm"),
    path("account/second-factor/code.svg", account.second_factor_code, name="second-factor-code"),
    path("account/recovery-codes/", account.recovery_renew, name="recovery-renew"),
    path("desk/", homes.right_desk, name="right"),
    path("learner/", homes.learner, name="learner"),
    path("school/", homes.school, name="school"),
    path("bureau/", homes.bureau, name="bureau"),
    path("issuer/", homes.issuer, name="issuer"),
    path("expert/", homes.expert, name="expert"),
    path("operator/", homes.operator, name="operator"),
]
