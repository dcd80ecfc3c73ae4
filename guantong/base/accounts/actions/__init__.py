"""Every write of accounts, by subject."""

from guantong.base.accounts.actions.delegating import delegate_post
from guantong.base.accounts.actions.posts import grant_post, revoke_post
from guantong.base.accounts.actions.second_factor import (
    TotpSetup,
    begin_totp,
    check_second_factor,
    confirm_totp,
    pending_totp,
    renew_recovery_codes,
    reset_second_factor,
)
from guantong.base.accounts.actions.signing_in import sign_in
from guantong.base.accounts.actions.tokens import NewToken, issue_token, note_use, permissions_for_api, revoke_token
from guantong.base.accounts.actions.users import (
    NewAccount,
    change_password,
    close_user,
    create_user,
    reset_password,
)

__all__ = [
    "NewAccount",
    "NewToken",
    "TotpSetup",
    "begin_totp",
    "change_password",
    "check_second_factor",
    "close_user",
    "confirm_totp",
    "create_user",
    "delegate_post",
    "grant_post",
    "issue_token",
    "note_use",
    "pending_totp",
    "permissions_for_api",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "revoke_post",
    "revoke_token",
    "sign_in",
]
