"""Refusals of starting and stopping the installation."""

from guantong.kernel.refusal import RefusalKind

PORT_TAKEN = RefusalKind(
    "WEB-020",
    "端口 {port} 已经被别的程序占用，没有启动。",
    "请先停止占用它的程序，或换一个端口，例如 make run PORT={other}。",
)
PORT_WRONG = RefusalKind(
    "WEB-021",
    "端口“{given}”不是 1 至 65535 之间的整数。",
    "请改正 PORT，例如 make run PORT=8000。",
)
NO_TABLES = RefusalKind(
    "WEB-022",
    "数据库里的表还不是这一版的，没有启动。",
    "请先运行 guantong manage migrate，再重新启动。",
)
