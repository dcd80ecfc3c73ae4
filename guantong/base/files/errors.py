"""Refusals of files."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

EMPTY = RefusalKind(
    "FIL-001",
    "文件“{name}”是空的。",
    "请重新选择文件。",
)
TOO_LARGE = RefusalKind(
    "FIL-002",
    "文件“{name}”有 {found} MB，最多 {most} MB。",
    "请压缩图片、分成几个文件，或改用清晰度低一些的扫描件。",
    status=413,
)
KIND_NOT_TAKEN = RefusalKind(
    "FIL-003",
    "文件“{name}”不是可以接收的类型。",
    "请上传这些类型的文件：{kinds}。",
    status=415,
)
NAME_DISAGREES = RefusalKind(
    "FIL-004",
    "文件“{name}”的内容是 {found}，与文件名的后缀对不上。",
    "请用对应的软件重新另存，或把后缀改为 .{suffix}。",
)
MACROS = RefusalKind(
    "FIL-005",
    "表格“{name}”带有宏，不能接收。",
    "请另存为不带宏的 .xlsx 文件后重新上传。",
)
DAMAGED = RefusalKind(
    "FIL-006",
    "文件“{name}”不完整，打不开。",
    "请重新导出或重新扫描后上传。",
)
NOT_FOUND = RefusalKind(
    "FIL-007",
    "没有找到这个文件，或者您不能查看它。",
    "请从办件或账户页面中打开文件。",
    status=404,
)
GONE = RefusalKind(
    "FIL-008",
    "文件“{name}”的登记还在，但内容暂时取不到。",
    "请由运行维护人员按运行手册从备份中恢复，编号 {public_id}。",
    status=503,
)
TOO_MANY = RefusalKind(
    "FIL-009",
    "您今天已经上传了 {count} 个文件，达到一天的上限。",
    "请明天再上传；确需更多的，请分给同事办理。",
    status=429,
)
KIND_UNKNOWN = RefusalKind(
    "FIL-010",
    "没有“{kind}”这种文件用途。",
    "请从列表中选择用途。",
)
OWNER_NOT_YOURS = RefusalKind(
    "FIL-011",
    "不能替别的单位或别人存放文件。",
    "请以本单位或本人的名义上传。",
    status=403,
)
