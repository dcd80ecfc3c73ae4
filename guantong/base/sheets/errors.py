"""Every refusal and notice of spreadsheets (SHT-…) and import jobs (JOB-…).

Numbers: 001–020 the file, 021–029 the header, 030–039 what was noticed in the workbook, 040–079 a cell or row,
080–089 what was tidied, 090–099 rows against each other.
"""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind, Weight

# ---- the file -------------------------------------------------------------------------------------------------

FILE_EMPTY = RefusalKind("SHT-001", "文件“{name}”里没有内容。", "请重新保存表格后再上传。")
FILE_NOT_A_SHEET = RefusalKind(
    "SHT-002",
    "文件“{name}”不是电子表格{looks}。",
    "请上传 .xlsx 表格，或者逗号分隔的 .csv 表格。",
)
FILE_OLD_XLS = RefusalKind(
    "SHT-003",
    "文件“{name}”是旧版的 .xls 或 .et 格式。",
    "请在表格软件里选“另存为”，格式选“Excel 工作簿（.xlsx）”，再上传新文件。",
)
FILE_TEXT_AS_XLSX = RefusalKind(
    "SHT-004",
    "文件“{name}”的名字以 .xlsx 结尾，里面却是普通文本。",
    "请用表格软件打开它，另存为“Excel 工作簿（.xlsx）”后再上传；如果本来就是 .csv，请把名字改回 .csv。",
)
FILE_MACRO = RefusalKind(
    "SHT-005",
    "文件“{name}”里带有宏程序，为了安全不能读取。",
    "请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。",
)
FILE_ENCRYPTED = RefusalKind(
    "SHT-006",
    "文件“{name}”设了打开密码，读不到里面的内容。",
    "请在表格软件里取消打开密码，保存后再上传。",
)
FILE_BOMB = RefusalKind(
    "SHT-007",
    "文件“{name}”展开后有 {size}，超过了 {limit} 的上限。",
    "请删掉用不到的工作表、图片和空白格式，或者把数据分成几个文件上传。",
    status=413,
)
FILE_TOO_LARGE = RefusalKind(
    "SHT-008",
    "文件“{name}”有 {size}，超过了 {limit} 的上限。",
    "请把数据分成几个文件上传。",
    status=413,
)
FILE_EXTERNAL_LINKS = RefusalKind(
    "SHT-009",
    "文件“{name}”引用了别的文件里的数据，这些数据没有随表格一起交来。",
    "请在表格软件里选“数据—编辑链接—断开链接”，保存后再上传。",
)
TOO_MANY_ROWS = RefusalKind(
    "SHT-010",
    "工作表“{sheet}”用到了第 {rows} 行，一次最多读 {limit} 行数据。",
    "请把数据分成几个文件上传；如果后面是空白行，请选中这些行整行删除。",
    status=413,
)
TOO_WIDE = RefusalKind(
    "SHT-011",
    "工作表“{sheet}”用到了第 {columns} 列、第 {rows} 行，范围太大。",
    "请选中右侧和下方用不到的列和行，整列整行删除后再上传。",
    status=413,
)
FILE_ENTITIES = RefusalKind(
    "SHT-012",
    "文件“{name}”的内部写法不是表格软件会保存的样子，为了安全没有读取。",
    "请把数据复制到一个新建的表格里，保存后再上传。",
)
FILE_DAMAGED = RefusalKind(
    "SHT-013",
    "文件“{name}”打不开，可能没有保存完或者传输时损坏了。",
    "请在表格软件里打开它，确认内容完整，另存为新的 .xlsx 后再上传。",
)
LONG_NUMBER = RefusalKind(
    "SHT-014",
    "表格软件把号码变成了数字，后几位已经丢失。",
    "请把 {column} 列设为“文本”，再对照证件重新填写{digits}。",
)
FILE_OTHER_SHEET = RefusalKind(
    "SHT-015",
    "文件“{name}”是 {format} 格式，现在还不能读。",
    "请在表格软件里选“另存为”，格式选“Excel 工作簿（.xlsx）”，再上传新文件。",
)
FILE_HTML = RefusalKind(
    "SHT-016",
    "文件“{name}”其实是一张网页，不少系统会把网页改名当作表格导出。",
    "请用表格软件打开它，另存为“Excel 工作簿（.xlsx）”后再上传。",
)
CSV_ENCODING = RefusalKind(
    "SHT-017",
    "文件“{name}”里的文字既不是 UTF-8 也不是 GB18030 编码，读出来会是乱码。",
    "请用表格软件打开它，另存为“Excel 工作簿（.xlsx）”后再上传。",
)
SHEET_EMPTY = RefusalKind(
    "SHT-018",
    "{sheet}里没有数据。",
    "请从模板的表头下一行开始填写，保存后再上传。",
)
FILE_STRUCTURE = RefusalKind(
    "SHT-019",
    "文件“{name}”的内部结构不对：{reason}。",
    "请把数据复制到一个新建的表格里，保存后再上传。",
)
CSV_BROKEN = RefusalKind(
    "SHT-020",
    "文件“{name}”在第 {row} 行读不下去了，多半是引号没有成对，或者一格里的文字太长。",
    "请用表格软件打开它核对这一行，再保存上传。",
)

# ---- the header -----------------------------------------------------------------------------------------------

HEADER_NOT_FOUND = RefusalKind(
    "SHT-021",
    "工作表“{sheet}”的前 10 行里没有找到表头。",
    "表头里应当有这些列：{titles}。请按模板补上表头，或者下载模板重新填写。",
)
COLUMN_MISSING = RefusalKind("SHT-022", "表头里缺少“{title}”这一列。", "请加上这一列并填写每一行。{hint}")
COLUMN_TWICE = RefusalKind(
    "SHT-023",
    "“{title}”这一列出现了 {count} 次，在 {letters} 列。",
    "请只留下要用的一列，把其余的删掉或者改名。",
)
COLUMNS_EXTRA = RefusalKind(
    "SHT-024",
    "表里还有 {count} 列不在模板里：{titles}。",
    "这些列没有读取，也不会改动。",
    weight=Weight.TIDIED,
)
COLUMN_OPTIONAL_MISSING = RefusalKind(
    "SHT-025",
    "表头里没有“{title}”这一列。",
    "这一列可以不填，每一行都按没有填写处理。",
    weight=Weight.TIDIED,
)

# ---- noticed in the workbook ----------------------------------------------------------------------------------

HIDDEN_ROWS = RefusalKind(
    "SHT-030",
    "有 {count} 行是隐藏的（第 {rows} 行）。",
    "这些行也已经读取；不想交的请取消隐藏后删除。",
    weight=Weight.TIDIED,
)
HIDDEN_COLUMNS = RefusalKind(
    "SHT-031",
    "{letters} 列是隐藏的。",
    "表头对得上的隐藏列也已经读取。",
    weight=Weight.TIDIED,
)
OTHER_SHEETS = RefusalKind(
    "SHT-032",
    "工作簿里还有工作表{titles}。",
    "只读取了“{sheet}”，其余的没有读取；要交其余的请分别存成文件上传。",
    weight=Weight.TIDIED,
)
FORMULAS_READ = RefusalKind(
    "SHT-034",
    "表里有 {count} 个公式。",
    "读取的是表格里显示的计算结果。",
    weight=Weight.TIDIED,
)
CSV_READ_AS = RefusalKind(
    "SHT-035",
    "文件是 .csv 文本表格，按 {encoding} 编码读取。",
    "如果下面的文字是乱码，请另存为 .xlsx 后再上传。",
    weight=Weight.TIDIED,
)
EXAMPLE_SKIPPED = RefusalKind(
    "SHT-036",
    "第 {rows} 行是模板里的示例。",
    "这一行没有读取。",
    weight=Weight.TIDIED,
)

# ---- a cell or a row ------------------------------------------------------------------------------------------

REQUIRED = RefusalKind("SHT-040", "“{title}”没有填写。", "请填写这一格。")
TOO_LONG = RefusalKind("SHT-041", "“{title}”有 {length} 个字，最多 {limit} 个字。", "请缩短后再填。")
NOT_A_CHOICE = RefusalKind("SHT-042", "“{title}”只能填规定的内容。", "请从这些里面选一个：{choices}。")
NOT_A_CHOICE_BUT_CLOSE = RefusalKind("SHT-043", "“{title}”只能填规定的内容。", "您要填的可能是“{near}”，请核对后改正。")
NOT_WHOLE = RefusalKind("SHT-044", "“{title}”要填整数。", "请改成整数，不带小数和单位。")
NOT_A_NUMBER = RefusalKind("SHT-045", "“{title}”要填数字。", "请只填数字，不带单位、百分号和说明文字。")
TOO_FINE = RefusalKind("SHT-046", "“{title}”最多填 {places} 位小数。", "请改成不超过 {places} 位小数的数。")
TOO_SMALL = RefusalKind("SHT-047", "“{title}”不能小于 {limit}。", "请改为 {limit} 或更大。")
TOO_BIG = RefusalKind("SHT-048", "“{title}”不能大于 {limit}。", "请改为 {limit} 或更小。")
NOT_A_DATE = RefusalKind("SHT-049", "“{title}”要填日期。", "请写成 2024-09-01 这样的年-月-日，年份写四位。")
NO_SUCH_DAY = RefusalKind("SHT-050", "日历上没有这一天。", "请对照证件核对年、月、日后改正。")
DATE_SERIAL = RefusalKind(
    "SHT-051",
    "这一格存的是表格软件内部的日期序号，不是日期；按序号推算是 {day}，但不能替您认定。",
    "请把 {column} 列设为“日期”格式，核对后再保存。",
)
DATE_TOO_EARLY = RefusalKind("SHT-052", "“{title}”不能早于 {limit}。", "请核对日期后改正。")
DATE_TOO_LATE = RefusalKind("SHT-053", "“{title}”不能晚于 {limit}。", "请核对日期后改正。")
ID_LENGTH = RefusalKind("SHT-054", "身份证号应当是 18 位，这里有 {length} 位。", "请对照证件重新填写 18 位号码。")
ID_CHARACTERS = RefusalKind(
    "SHT-055", "身份证号里有数字以外的字符，只有最后一位可以是 X。", "请对照证件重新填写 18 位号码。"
)
ID_BIRTH = RefusalKind("SHT-056", "身份证号第 7 至 14 位不是一个出生日期。", "请对照证件重新填写 18 位号码。")
ID_CHECK = RefusalKind("SHT-057", "身份证号最后一位与前 17 位对不上，多半有一位写错了。", "请对照证件逐位核对后改正。")
ID_OLD = RefusalKind("SHT-058", "这是 15 位的旧身份证号。", "请填写现在证件上的 18 位号码。")
LOST_ZEROS = RefusalKind(
    "SHT-059",
    "“{title}”应当是 {length} 位，这里只有 {given} 位，表格软件可能去掉了开头的 0。",
    "请把 {column} 列设为“文本”，再重新填写完整的 {length} 位。",
)
CODE_LENGTH = RefusalKind("SHT-060", "“{title}”应当是 {length} 位，这里有 {given} 位。", "请核对后重新填写。")
CODE_CHARACTERS = RefusalKind("SHT-061", "“{title}”里只能有字母、数字和短横线等符号。", "请去掉其他文字后重新填写。")
FORMULA_WITHOUT_VALUE = RefusalKind(
    "SHT-062",
    "这一格是公式，表格里没有存下计算结果。",
    "请用表格软件打开，等计算完成后保存；或者复制这一列，用“选择性粘贴—数值”换成结果。",
)
ERROR_VALUE = RefusalKind("SHT-063", "这一格显示的是计算出错的标记 {mark}。", "请改正公式，或者直接填写正确的内容。")
MERGED = RefusalKind(
    "SHT-064",
    "{cells} 是合并的单元格，只有左上角的 {first} 有内容。",
    "请取消合并，把每一行各自填全。",
)
FOOTER = RefusalKind("SHT-065", "这一行像是合计、落款或说明，不是一条数据。", "请把这一行删掉后再上传。")
NOT_A_MONTH = RefusalKind("SHT-066", "“{title}”要填年月。", "请写成 2024-09 这样的年-月。")
BAD_PATTERN = RefusalKind("SHT-067", "“{title}”的写法不对。", "请按“{example}”这样的写法填写。")
SHORT_YEAR = RefusalKind("SHT-068", "“{title}”的年份没有写四位，看不出是哪一年。", "请写成 2024-09-01 这样的年-月-日。")
NOT_A_FLAG = RefusalKind("SHT-069", "“{title}”只能填“是”或“否”。", "请改成“是”或“否”。")
NOT_TEXT = RefusalKind("SHT-070", "“{title}”要填文字，这里存的是{what}。", "请把 {column} 列设为“文本”，再重新填写。")
CREDIT_CODE = RefusalKind("SHT-071", "这不是写对了的 18 位统一社会信用代码。", "请对照登记证书逐位核对后改正。")
ROW_UNEXPECTED = RefusalKind(
    "SHT-072",
    "这一行没有处理成功，原因正在查。",
    "请先处理其他行；需要询问时请报上编号 {token}。",
)

# ---- tidied ---------------------------------------------------------------------------------------------------

TIDIED_WIDTH = RefusalKind(
    "SHT-080",
    "“{title}”一列有 {count} 处全角字符。",
    "已改成半角（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_SPACES = RefusalKind(
    "SHT-081",
    "“{title}”一列有 {count} 处多余的空格、换行或看不见的字符。",
    "已去掉（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_TEXT_NUMBER = RefusalKind(
    "SHT-082",
    "“{title}”一列有 {count} 处把数字存成了文本。",
    "已按数字读取（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_NUMBER_CODE = RefusalKind(
    "SHT-083",
    "“{title}”一列有 {count} 处把号码存成了数字。",
    "位数没有丢失，已按文本读取（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_TIME = RefusalKind(
    "SHT-084",
    "“{title}”一列有 {count} 处日期带着钟点。",
    "只取了日期（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_SCRIPT = RefusalKind(
    "SHT-085",
    "“{title}”一列有 {count} 处写的是繁体字或另一种叫法。",
    "已按规定的内容读取（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_CASE = RefusalKind(
    "SHT-086",
    "“{title}”一列有 {count} 处用了小写字母。",
    "已改成大写（第 {rows} 行）。",
    weight=Weight.TIDIED,
)
TIDIED_QUOTE = RefusalKind(
    "SHT-087",
    "“{title}”一列有 {count} 处带着表示文本的符号（撇号或等号引号）。",
    "已去掉（第 {rows} 行）。",
    weight=Weight.TIDIED,
)

# ---- rows against each other ----------------------------------------------------------------------------------

SAME_AS_ROW = RefusalKind(
    "SHT-090",
    "与第 {other} 行{titles}相同。",
    "同一条数据只能交一次，请删掉多余的一行，或者核对后改正。",
)

# ---- import jobs ----------------------------------------------------------------------------------------------

SAME_FILE_IMPORTED = RefusalKind(
    "JOB-001",
    "这份文件已经在{day}导入过（编号 {job}），共导入 {rows} 行，没有再导入。",
    "要交新的内容，请改好表格后再上传；要更正已经导入的内容，请走更正办理。",
    status=409,
)
JOB_NOT_FOUND = RefusalKind(
    "JOB-002",
    "没有找到编号为 {job} 的导入，或者它不属于您的单位。",
    "请回到导入记录，从列表里打开。",
    status=404,
)
WRONG_STATE = RefusalKind(
    "JOB-003",
    "这次导入现在是“{state}”，不能{what}。",
    "请刷新页面，按页面上现有的按钮办理。",
    status=409,
)
HAS_BAD_ROWS = RefusalKind(
    "JOB-004",
    "还有 {rows} 行需要修改，这类表格要全部改好才能导入。",
    "请下载带说明的表格，改好后重新上传。",
)
NOTHING_TO_IMPORT = RefusalKind("JOB-005", "没有可以导入的行。", "请改好表格后重新上传。")
PLEASE_TICK = RefusalKind("JOB-006", "有 {count} 处需要您确认。", "请看过这些内容，在“已核对”前打勾后再导入。")
CHOOSE_GOOD_ROWS = RefusalKind(
    "JOB-007",
    "还有 {rows} 行需要修改。",
    "请改好后重新上传，或者选择“只导入没有问题的行”。",
)
CHOOSE_A_FILE = RefusalKind("JOB-008", "还没有选择文件。", "请选择要上传的 .xlsx 或 .csv 表格。")
STOPPED_UNEXPECTED = RefusalKind(
    "JOB-009",
    "导入停在第 {row} 行之后，原因正在查。",
    "已经导入的内容都在，可以点“继续”再试；需要询问时请报上编号 {token}。",
    status=500,
)
CHANGED_SINCE_CHECK = RefusalKind(
    "JOB-010",
    "检查之后情况有了变化，这次导入没有完成。",
    "{outcome}请重新检查后再导入。",
    status=409,
)
