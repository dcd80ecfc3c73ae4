"""Every refusal of the policy engine: POL when it is asked, REG when a region folder is read."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind, Weight

UNKNOWN_REGION = RefusalKind(
    "POL-001",
    "没有代码为“{region}”的地区。",
    "请从已有的地区中选择：{known}。",
    status=404,
)
BEFORE_FIRST_DOCUMENT = RefusalKind(
    "POL-002",
    "{on}早于{region}所收录的第一份文件（{first}起施行），这一天的规定无从查起。",
    "请改用{first}或以后的日期，或者先把更早的文件录入地区文件夹。",
)
UNKNOWN_PARAMETER = RefusalKind(
    "POL-003",
    "没有名为“{name}”的政策参数。",
    "{hint}全部参数可以用 guantong policy list 列出。",
    status=404,
)
NOT_YET = RefusalKind(
    "POL-004",
    "{on}在{region}还没有“{label}”（{name}）的规定。",
    "{hint}",
)
ENDED = RefusalKind(
    "POL-005",
    "“{label}”（{name}）的规定已于{ended}终止，{on}在{region}没有可用的值。",
    "请改用{ended}以前的日期；如果已有新规定，请把新值录入地区文件夹。",
)
SCOPE_NEEDED = RefusalKind(
    "POL-006",
    "“{label}”（{name}）按用途分别规定，没有通用的值。",
    "请说明用途，可选：{scopes}。",
)
UNKNOWN_SCOPE = RefusalKind(
    "POL-007",
    "“{label}”（{name}）没有“{scope}”这一用途。",
    "请从以下用途中选择，或者不写用途：{scopes}。",
)
ONLY_DRAFT = RefusalKind(
    "POL-008",
    "“{label}”（{name}）在{region}{on}只有草案值，不能用于正式决定。",
    "请先把草案值核对后改为正式（status: live）；试算可以使用草案值。",
)
OTHER_KIND = RefusalKind(
    "POL-009",
    "“{label}”（{name}）的单位是“{unit}”，不能当作{wanted}来读。",
    "请改用与单位相符的读法，或者核对参数的单位。",
)
NO_FOLDER = RefusalKind(
    "POL-010",
    "找不到地区文件夹“{path}”，或者其中没有任何地区。",
    "请核对路径；地区文件夹由 regions/_template 复制而来。",
)
BAD_DATE = RefusalKind(
    "POL-011",
    "“{text}”不是一个存在的日期。",
    "请按“2025-09-01”的写法填写日期。",
)
BAD_PERIOD = RefusalKind(
    "POL-012",
    "开始日期{start}晚于结束日期{end}。",
    "请把两个日期对调。",
)

NOT_READ = RefusalKind(
    "POL-013",
    "文件夹“{name}”以下划线或点开头，是模板或备用的，不会被读取。",
    "请复制为“地区代码-英文简称”的文件夹再检查，例如 530000-yunnan。",
)

SYNTAX = RefusalKind(
    "REG-001", "这个文件不符合 YAML 的写法：{what}。", "请检查这一行及上一行的缩进、冒号、引号和括号。"
)
DUPLICATE_KEY = RefusalKind("REG-002", "键“{key}”写了两次，第一次在第 {first} 行。", "请合并两处，只保留一个。")
NOT_PLAIN = RefusalKind("REG-003", "这里使用了{what}，地区文件只允许直接写出的值。", "请把值直接写在这里。")
UNKNOWN_KEY = RefusalKind("REG-004", "{place}里不认识键“{key}”。", "{hint}")
MISSING_KEY = RefusalKind("REG-005", "{place}缺少“{key}”。", "请补上“{key}”，写法见 docs/dev/region-format.md。")
WRONG_SHAPE = RefusalKind("REG-006", "“{key}”应当是{wanted}，现在写的是{given}。", "请改为{wanted}。")
UNKNOWN_CHOICE = RefusalKind("REG-007", "“{key}”不能写“{given}”。", "请从以下写法中选择：{choices}。")
NO_SUCH_DATE = RefusalKind("REG-008", "“{key}”填的“{given}”不是一个存在的日期。", "请按“2025-09-01”的写法改正。")
BARE_DECIMAL = RefusalKind(
    "REG-009",
    "“{key}”的“{given}”没有加引号，会被当作二进制浮点数或八进制数，可能不再是原来的数。",
    '请加上引号写成 "{given}"。',
)
OUT_OF_UNIT = RefusalKind("REG-010", "“{given}”不能作为“{unit}”的值：{why}。", "请对照文件原文改正数值，或者更换单位。")
MISSING_CLAUSE = RefusalKind(
    "REG-011", "引用文件“{document}”时没有写条款。", "请写明最小的可引用单位，例如 clause: 第十二条。"
)
NO_SUCH_DOCUMENT = RefusalKind(
    "REG-012",
    "引用的文件“{document}”在本地区和上级地区的 documents 里都没有。",
    "请先录入这份文件，或者改正编号。{hint}",
)
DOCUMENT_TWICE = RefusalKind(
    "REG-013", "文件编号“{document}”已经在 {other} 用过。", "请换一个编号，或者删除重复的一份。"
)
REGION_TWICE = RefusalKind(
    "REG-014", "地区代码“{region}”已经由文件夹“{other}”使用。", "请核对代码，每个地区只能有一个文件夹。"
)
FOLDER_NAME = RefusalKind(
    "REG-015",
    "文件夹名“{folder}”与地区代码“{region}”不一致。",
    "文件夹名应当是“{region}-英文简称”，请改名或者改正代码。",
)
NO_PARENT = RefusalKind(
    "REG-016", "上级地区“{parent}”没有对应的文件夹。", "请先建立上级地区的文件夹，或者改正 parent。"
)
PARENT_CYCLE = RefusalKind("REG-017", "上级地区绕成了一圈：{cycle}。", "请改正其中一个地区的 parent。")
PARAMETER_TWICE = RefusalKind(
    "REG-018", "参数“{name}”在本地区已经由 {other} 定义。", "请合并到一个文件，每个地区只定义一次。"
)
BELOW_FLOOR = RefusalKind(
    "REG-019",
    "{region}的值 {given} 低于{parent}规定的下限 {limit}（{limit_basis}）。",
    "请改为不低于 {limit} 的值；如果上级条款只是原则性要求，请在上级参数写 practice: principle。",
)
BELOW_FLOOR_PRINCIPLE = RefusalKind(
    "REG-020",
    "{region}的值 {given} 低于{parent}原则上的下限 {limit}（{limit_basis}）。",
    "请核对文件原文，确认本地区确有不同做法。",
    weight=Weight.PLEASE_CONFIRM,
)
ABOVE_CEILING = RefusalKind(
    "REG-021",
    "{region}的值 {given} 高于{parent}规定的上限 {limit}（{limit_basis}）。",
    "请改为不高于 {limit} 的值；如果上级条款只是原则性要求，请在上级参数写 practice: principle。",
)
ABOVE_CEILING_PRINCIPLE = RefusalKind(
    "REG-022",
    "{region}的值 {given} 高于{parent}原则上的上限 {limit}（{limit_basis}）。",
    "请核对文件原文，确认本地区确有不同做法。",
    weight=Weight.PLEASE_CONFIRM,
)
OVERLAP = RefusalKind(
    "REG-023",
    "{earlier}起施行的值要到{ends}才终止，与{later}起施行的值在时间上重叠（用途：{scope}）。",
    "请把前一个值的 repealed_on 改为 {later:%Y-%m-%d} 或更早；两个值用途不同的，请写进 scoped。",
)
ENDS_BEFORE_START = RefusalKind(
    "REG-024", "终止日期{ends}不晚于施行日期{starts}。", "请核对两个日期，终止日期是不再有效的第一天。"
)
RESTS_ON_REPEALED = RefusalKind(
    "REG-025",
    "{starts}起施行的值只依据已于{ends}终止的文件《{title}》，却没有写明何时终止，也没有后续的值。",
    "请写上 repealed_on: {ends:%Y-%m-%d}，或者补录新的值，或者补上仍然有效的依据。",
)
OTHER_UNIT = RefusalKind(
    "REG-026",
    "参数“{name}”的单位写的是“{given}”，而{parent}定义的单位是“{unit}”。",
    "请改为“{unit}”，或者另立一个参数。",
)
UNREADABLE = RefusalKind("REG-027", "这个文件读不了：{why}。", "请用 UTF-8 编码重新保存，单个文件不超过 1 MB。")
STRANGE_FILE = RefusalKind("REG-028", "地区文件夹里不认识“{name}”。", "请移走它，或者放进以下位置之一：{places}。")
PARAMETER_NAME = RefusalKind(
    "REG-029",
    "参数名“{name}”不合规则：{why}。",
    "参数名用小写英文、数字和下划线，以点分段，第一段与所在文件夹同名，例如 credit.certificate_cap。",
)
SCOPE_TWICE = RefusalKind(
    "REG-030", "用途“{scope}”写了两次，第一次在第 {first} 行。", "请合并成一个用途，用不同日期区分各个值。"
)
NO_REGION_FILE = RefusalKind("REG-031", "文件夹里没有 region.yaml。", "请从 regions/_template 复制一份并填好。")
ENTRY_TWICE = RefusalKind(
    "REG-032",
    "编号“{id}”（版本 {version}）在本地区的 {kind} 里已经由 {other} 使用。",
    "请换一个编号，或者写明不同的 version。",
)
CALENDAR_DAY = RefusalKind("REG-033", "日历里的{day}有问题：{why}。", "请对照放假安排的通知改正。")
CASE_SHAPE = RefusalKind(
    "REG-034",
    "例子“{name}”应当在 expect 和 refuses 中恰好写一个。",
    "期望得到值的写 expect，期望被拒绝的写 refuses 和编号。",
)
LEVELS = RefusalKind("REG-035", "地区的级别与上级不相称：{why}。", "请核对 level 和 parent。")
INVENTED = RefusalKind(
    "REG-036", "{why}。", "虚构地区的代码应当在 990000 到 999999 之间，写 invented: true，并在 notice 里说明是虚构的。"
)
NO_REFERENCE = RefusalKind(
    "REG-037",
    "{starts}起施行的值没有依据。",
    "请写上 reference，至少一个文件和条款；文件没有印出数值的，写 source: local 并引用产生这项职责的条款。",
)
BEFORE_DOCUMENT = RefusalKind(
    "REG-038",
    "{starts}起施行的值早于它依据的文件《{title}》的施行日期{document_from}。",
    "请核对日期；文件确实规定追溯适用的，可以保留。",
    weight=Weight.PLEASE_CONFIRM,
)
CASE_FAILS = RefusalKind(
    "REG-039", "例子“{name}”不成立：期望{expected}，实际{got}。", "请核对条款原文，改正参数或者例子。"
)
DOCUMENT_STATE = RefusalKind("REG-040", "文件“{document}”的 state 与日期不一致：{why}。", "请改正 state 或者补上日期。")
EMPTY_TEXT = RefusalKind("REG-041", "“{key}”是空的。", "请填写内容；没有内容的可选项请删去。")
NO_VALUES = RefusalKind("REG-042", "参数“{name}”没有任何值。", "请在 values 或 scoped 里至少写一个带日期的值。")
NEEDS_DEFINITION = RefusalKind(
    "REG-043",
    "参数“{name}”在上级地区没有定义，所以这里缺少“{key}”。",
    "请补上“{key}”，或者改正参数名。{hint}",
)
NOT_FOR_BOUND = RefusalKind("REG-044", "“{key}”不能与 bound: {bound} 一起使用。", "{hint}")
NOT_AFTER_DOCUMENT = RefusalKind(
    "REG-045",
    "{starts}起施行的值依据的文件《{title}》在此之前已于{ends}终止。",
    "请改正日期，或者改为引用当时有效的文件。",
)
BLOCK = RefusalKind("REG-048", "共用段用得不对：{why}。", "{do}")
STRANGE_KIND = RefusalKind(
    "REG-046", "例子期望的拒绝编号“{code}”没有声明过。", "请改为 POL 开头的编号，见 docs/dev/error-codes.md。"
)
RESTS_ON_DRAFT = RefusalKind(
    "REG-047",
    "{starts}起施行的正式值只依据征求意见的文件《{title}》。",
    "请在值上写 status: draft，等文件正式印发后再改为 live；或者补上已经印发的依据。",
)
