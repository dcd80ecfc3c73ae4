"""Every write of accounts, by subject."""

from guantong.base.accounts.actions.posts import end_posts_at, grant_post, revoke_post
from guantong.base.accounts.actions.users import (
    NewAccount,
    change_password,
    close_user,
    create_user,
    reset_password,
)

__all__ = [
    "NewAccount",
    "change_password",
    "close_user",
    "create_user",
    "end_posts_at",
    "grant_post",
    "reset_password",
    "revoke_post",
]
