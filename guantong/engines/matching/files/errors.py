"""Every refusal of the files of a run. MTC-30x–32x: tables; MTC-33x: rules; MTC-34x: bundles; MTC-35x: certificates
and folders.

MTC-0xx to MTC-2xx (rules, instance, run) stand in ``engines/matching/errors.py``.
"""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

# --- a file as a whole ------------------------------------------------------------------------------------------
NO_FILE = RefusalKind("MTC-301", "没有这个文件，或者没有读它的权限。", "请核对文件的名字和所在的文件夹。")
EMPTY_FILE = RefusalKind(
    "MTC-302", "文件里没有任何内容。", "表格请至少写上标题行，规则文件请写上各项规则；没有内容的可选文件请不要提供。"
)
NOT_TEXT = RefusalKind(
    "MTC-303", "这不是逗号分隔的文本文件，而是{what}。", "请在表格软件里另存为“CSV UTF-8（逗号分隔）”，再重新提交。"
)
NOT_UTF8 = RefusalKind(
    "MTC-304",
    "文件的编码不是 UTF-8，{guess}。",
    "请在表格软件里选“另存为”，类型选“CSV UTF-8（逗号分隔）”；用记事本时，编码选“UTF-8”。然后重新提交。",
)
EMPTY_BYTES = RefusalKind("MTC-305", "文件里有看不见的空字节，内容可能已经损坏。", "请从原来的系统重新导出这个文件。")
TOO_LARGE = RefusalKind(
    "MTC-306", "文件有 {given} 兆字节，最多可以有 {limit} 兆字节。", "请分批次运行，或删去用不到的列。"
)
# --- header -----------------------------------------------------------------------------------------------------
MISSING_COLUMN = RefusalKind("MTC-307", "缺少这一列。", "请在标题行补上这一列；列与列之间用英文逗号隔开，先后不限。")
UNKNOWN_COLUMN = RefusalKind("MTC-308", "不认识这一列。", "请删去这一列，或改为以下之一：{known}。")
COLUMN_TWICE = RefusalKind("MTC-309", "这一列在标题行出现了两次。", "请只保留一列。")
NAMELESS_COLUMN = RefusalKind("MTC-310", "标题行第 {number} 列没有名字。", "请写上列名，或删去这一列。")
TOO_MANY_COLUMNS = RefusalKind("MTC-311", "标题行有 {given} 列，最多可以有 {limit} 列。", "请删去用不到的列。")
# --- rows and cells ---------------------------------------------------------------------------------------------
WRONG_WIDTH = RefusalKind(
    "MTC-312", "这一行有 {given} 格，标题行有 {expected} 格。", "请核对这一行的逗号和引号，使格数与标题行相同。"
)
BROKEN_QUOTES = RefusalKind(
    "MTC-313", "从这一行起，引号没有配对，或引号后面还有文字。", "请把这一格的引号补全；格内的引号要写两遍。"
)
LONG_CELL = RefusalKind("MTC-314", "这一行附近有一格超过 {limit} 个字。", "请缩短这一格；也请检查前面的引号是否配对。")
TOO_MANY_ROWS = RefusalKind("MTC-315", "表格超过 {limit} 行。", "请按地区或批次分开运行。")
EMPTY_CELL = RefusalKind("MTC-316", "这一格不能空着。", "请填写后再提交。")
NOT_WHOLE = RefusalKind("MTC-317", "这里应当是不小于 {least} 的整数。", "请改为这样的整数，例如 {example}。")
NOT_A_NUMBER = RefusalKind(
    "MTC-318", "这里应当是数，小数点后最多三位。", "请改为这样的数，例如 412.5；不写千分号，不写单位。"
)
NOT_A_FLAG = RefusalKind("MTC-319", "这里只能填“是”或“否”。", "请改为“是”或“否”，也可以写 1 或 0；空着等于“否”。")
FORMULA = RefusalKind(
    "MTC-320",
    "这一格以“{sign}”开头，表格软件会把它当作公式。",
    "请改为公式算出来的值；编号和文字不要以等号、加号、减号或 @ 开头。",
)
DAMAGED_NUMBER = RefusalKind(
    "MTC-321",
    "表格软件把编号变成了数，后几位已经丢失。",
    "请把这一列设为“文本”，再从原来的系统取出完整的编号。",
)
TOO_MANY = RefusalKind("MTC-322", "另有 {count} 处需要修改，没有一一列出。", "请先改好上面这些，再运行一次。")
STRANGE_CHARACTER = RefusalKind("MTC-323", "编号里有看不见的字符或换行。", "请删去这些字符，只留编号本身。")
LOTTERY_DIFFERS = RefusalKind(
    "MTC-324",
    "这里写的摇号数与按种子和编号算出的不同。",
    "请删去这一列，由程序计算；或核对种子和考生编号与公布的是否相同。",
)
# --- rules.yaml -------------------------------------------------------------------------------------------------
RULES_UNREADABLE = RefusalKind("MTC-330", "规则文件从这里起读不下去：{why}。", "请按 YAML 的写法改正缩进、冒号和引号。")
RULES_KEY_TWICE = RefusalKind("MTC-331", "同一处有两个“{key}”。", "请只保留一个。")
RULES_REFERENCE = RefusalKind("MTC-332", "规则文件不能用锚点和引用。", "请把内容写全。")
RULES_NO_MAPPING = RefusalKind(
    "MTC-333", "规则文件应当由若干“名称: 值”组成。", "请参照 samples/admission 里的规则文件。"
)
RULES_DEEP = RefusalKind("MTC-334", "规则文件的层次超过 {limit} 层。", "请减少嵌套。")
# --- bundles ----------------------------------------------------------------------------------------------------
NOT_A_BUNDLE = RefusalKind("MTC-340", "这不是可以复核的运行包：{why}。", "请从公布的地方重新下载完整的运行包。")
BUNDLE_TOO_LARGE = RefusalKind(
    "MTC-341", "运行包展开后超过 {limit} 兆字节，没有展开。", "请从公布的地方重新下载；仍然如此时，请勿使用这个文件。"
)
BUNDLE_MEMBER = RefusalKind("MTC-342", "运行包里{what}“{name}”。", "请从公布的地方重新下载完整的运行包。")
EQUAL_LOTTERY = RefusalKind(
    "MTC-343", "有两位考生的摇号数相同，换成代号后先后可能改变。", "请用新的种子重新摇号，再运行一次。"
)
# --- certificates and published folders -------------------------------------------------------------------------
NOT_A_CERTIFICATE = RefusalKind("MTC-350", "这不是录取结果凭证：{why}。", "请重新下载凭证后再核对。")
NOT_PUBLISHED = RefusalKind("MTC-351", "文件夹里缺少“{name}”，或它不完整。", "请从公布的地方下载完整的结果文件夹。")
NO_SUCH_CANDIDATE = RefusalKind("MTC-352", "这次运行里没有编号为“{candidate}”的考生。", "请核对考生编号。")
FOLDER_EXISTS = RefusalKind(
    "MTC-353", "“{folder}”里已经有一次完整的结果，没有改动它。", "请换一个文件夹；确实要替换时，请加上 --replace。"
)
FOLDER_OTHER = RefusalKind(
    "MTC-354", "“{folder}”已经存在，里面不是分配结果，没有改动它。", "请换一个还不存在的文件夹。"
)
RUN_STARTED = RefusalKind("MTC-355", "另一次运行正在往“{folder}”写结果。", "请等它结束，或换一个文件夹。", status=409)
RUN_DIFFERS = RefusalKind(
    "MTC-356",
    "用“{folder}”里的输入重新计算，得不到封存的结果：{what}不同。",
    "请从备份恢复这个文件夹，或用封存时的程序版本（{version}）再试。",
    status=409,
)
INPUTS_CHANGED = RefusalKind(
    "MTC-357", "“{name}”与封存时的摘要不同，结果已经不可信。", "请从备份恢复这次运行的文件夹。", status=409
)
FILE_EXISTS = RefusalKind("MTC-358", "“{name}”已经存在，没有改动它。", "请换一个文件名，或先移走原来的文件。")
CANNOT_WRITE = RefusalKind("MTC-359", "“{name}”写不进去：{why}。", "请检查文件夹的权限和磁盘空间，再运行一次。")
BAD_KEY = RefusalKind("MTC-360", "代号密钥应当是 64 个十六进制字符。", "请检查密钥文件，或不提供密钥，由程序生成。")
BAD_SIGNING_KEY = RefusalKind("MTC-361", "签名密钥读不出来。", "请提供没有口令的 Ed25519 私钥（PEM 格式）。")
BAD_PUBLIC_KEY = RefusalKind("MTC-363", "公钥读不出来。", "请提供 Ed25519 公钥（PEM 格式），或者公布的 keys.json。")
SEED_DIFFERS = RefusalKind(
    "MTC-362",
    "规则里的种子与事先公布的承诺不同。",
    "请使用承诺时的那个种子；承诺是种子文字的 SHA-256 摘要。",
)
