"""Refusals of the sign-in pages."""

from guantong.kernel.refusal import RefusalKind

STEP_LAPSED = RefusalKind(
    "WEB-010",
    "输入密码后隔得太久，第二步不能继续。",
    "请重新登录。",
    status=403,
)
NO_SUCH_CARD = RefusalKind(
    "WEB-011",
    "这个账号不能用演示卡片登录。",
    "请填写账号和密码登录。",
    status=403,
)
PASSWORD_TWICE = RefusalKind(
    "WEB-012",
    "两次填写的新密码不一样。",
    "请重新填写两次相同的新密码。",
)
