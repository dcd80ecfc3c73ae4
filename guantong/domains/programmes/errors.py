"""Every refusal of programmes: catalogue, offerings, curriculum plans, student records. Codes PRG-…"""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind, Weight

# The catalogue and its importer
CODE_FORM = RefusalKind(
    "PRG-001",
    "“{code}”不是 6 位数字的专业代码。",
    "请按目录填写 6 位数字；国家控制布点专业可以在后面加字母 K。",
)
CODE_LEVEL = RefusalKind(
    "PRG-002",
    "专业代码 {code} 的前两位与层次“{level}”不一致，这个层次的代码应以 {first} 至 {last} 开头。",
    "请核对层次，或者改正代码。",
)
CODE_CATEGORY = RefusalKind(
    "PRG-003",
    "专业代码 {code} 属于“{expected}”，表中写的是“{given}”。",
    "请对照目录改正专业大类或者代码。",
)
CODE_CLASS = RefusalKind(
    "PRG-004",
    "专业代码 {code} 属于专业类“{expected}”，表中写的是“{given}”。",
    "请对照目录改正专业类或者代码。",
)
CLASS_UNKNOWN = RefusalKind(
    "PRG-005",
    "目录里没有以 {class_code} 开头的专业类。",
    "请核对代码的前四位；确属后来新设的专业类，请先补充目录分类再导入。",
)
NAME_DIFFERS = RefusalKind(
    "PRG-006",
    "专业代码 {code} 在目录里是“{kept}”，表中写的是“{given}”。",
    "请对照目录原件核对；名称确有调整的，请在“名称变更”一列填“是”。",
)
CATALOGUE_BROKEN = RefusalKind(
    "PRG-007",
    "专业目录数据有 {count} 处对不上，没有载入任何专业。",
    "请按下面列出的位置改正后重新载入。",
    status=500,
)
PROGRAMME_UNKNOWN = RefusalKind(
    "PRG-008",
    "专业目录里没有代码为 {code} 的专业。",
    "请到“专业目录”页按名称查找；后来增补的专业，请先由主管部门导入增补清单。",
    status=404,
)
EDITION_FORM = RefusalKind(
    "PRG-009",
    "目录版本“{edition}”不是四位年份。",
    "请填写这份目录或增补清单的发布年份，例如 2025。",
)
NOTHING_TO_IMPORT = RefusalKind(
    "PRG-010",
    "表中没有可以导入的专业。",
    "请从模板第二行起填写，每行一个专业。",
)

CODE_TWICE = RefusalKind(
    "PRG-011",
    "专业代码 {code} 与第 {other} 行相同。",
    "同一个专业请只保留一行。",
)

# Offerings
NOT_A_SCHOOL = RefusalKind(
    "PRG-020",
    "{name}不是学校，不能开设专业。",
    "请选择一所学校。",
)
SCHOOL_LEVEL = RefusalKind(
    "PRG-021",
    "{school}是{kind}，不能开设{level}层次的专业“{programme}”。",
    "请选择与学校层次相符的专业代码。",
)
OFFERING_YEAR = RefusalKind(
    "PRG-022",
    "招生年度 {year} 不在 {first} 年至 {last} 年之间。",
    "请核对年度。",
)
NOT_OFFERED = RefusalKind(
    "PRG-023",
    "{school}{year} 年没有登记招生专业“{programme}”。",
    "请先登记专业设置，再编制这个年级的人才培养方案。",
)
OFFERING_IN_USE = RefusalKind(
    "PRG-024",
    "{year} 级“{programme}”还有 {count} 名在籍学生，不能撤销这一年的专业设置。",
    "请改为“暂停招生”，或者先办理学生转出。",
)

# Curriculum plans
PLAN_UNKNOWN = RefusalKind(
    "PRG-030",
    "没有找到编号为 {public_id} 的人才培养方案，或者它还没有公开。",
    "请核对编号；本校的草案请登录后在“人才培养方案”里打开。",
    status=404,
)
PLAN_NOT_DRAFT = RefusalKind(
    "PRG-031",
    "这份方案的状态是“{state}”，不能再修改。",
    "需要调整时，请为同一年级新建一个版本。",
    status=409,
)
PLAN_EXISTS = RefusalKind(
    "PRG-032",
    "{cohort} 级“{programme}”（{entry}）已有一份草案（第 {version} 版）。",
    "请在那份草案上继续修改。",
    status=409,
)
DURATION_FORM = RefusalKind(
    "PRG-033",
    "学制填的是“{given}”，应为大于 0、不超过 8 的年数，可以有半年。",
    "请改正学制，例如 3 或 2.5。",
)
CREDITS_FORM = RefusalKind(
    "PRG-034",
    "学分填的是“{given}”，应为大于 0、最多两位小数的数。",
    "请改正学分。",
)
HOURS_PER_CREDIT_FORM = RefusalKind(
    "PRG-035",
    "每学分学时填的是“{given}”，应为大于 0 的整数。",
    "请按学校规定填写，例如 16 或 18。",
)
NO_COURSES = RefusalKind(
    "PRG-036",
    "方案里还没有课程。",
    "请先上传课程表。",
)
CREDITS_SHORT = RefusalKind(
    "PRG-037",
    "全部课程合计 {sum} 学分，少于毕业总学分 {needed} 学分，学生修完也不能毕业。",
    "请补齐课程，或者改正毕业总学分。",
)
REQUIRED_OVER = RefusalKind(
    "PRG-038",
    "必修课合计 {sum} 学分，多于毕业总学分 {needed} 学分。",
    "请核对必修课学分，或者改正毕业总学分。",
)
CHECKS_NOT_MET = RefusalKind(
    "PRG-039",
    "“{check}”没有达到要求：现为 {measured}，应{required}。",
    "请调整课程后再发布；确有理由的，请填写说明，说明会随方案公开。",
)
EXPLANATION_SHORT = RefusalKind(
    "PRG-040",
    "未达标说明只有 {count} 个字，不足以说明理由。",
    "请写明原因和补救办法，不少于 {least} 个字。",
)
PLAN_CHANGED = RefusalKind(
    "PRG-041",
    "这份方案在您打开之后被改动过。",
    "请刷新页面，看过新的内容再发布。",
    status=409,
)
ENTRY_UNKNOWN = RefusalKind(
    "PRG-042",
    "招生对象“{given}”不在可选范围内。",
    "请选择：{choices}。",
)

YEAR_FORM = RefusalKind(
    "PRG-043",
    "年份填的是“{given}”，应为四位数字。",
    "请改正，例如 2026。",
)
SCHOOL_MISSING = RefusalKind(
    "PRG-044",
    "您的账号没有管理任何学校专业的岗位。",
    "请联系本校账号管理人员，登记“教务经办人”岗位。",
    status=403,
)
FILE_MISSING = RefusalKind(
    "PRG-045",
    "还没有选择文件。",
    "请选择填好的课程表（xlsx）再上传。",
)

# Courses of a plan
PRACTICE_OVER_HOURS = RefusalKind(
    "PRG-050",
    "课程“{name}”的实践学时 {practice} 多于总学时 {hours}。",
    "请改正实践学时或总学时。",
)
SEMESTER_OUT = RefusalKind(
    "PRG-051",
    "课程“{name}”开在第 {semester} 学期，学制 {years} 年只有 {most} 个学期。",
    "请改正开设学期。",
)
COURSE_TWICE = RefusalKind(
    "PRG-052",
    "课程代码 {code} 与第 {other} 行相同。",
    "同一份方案里课程代码不能重复；分几个学期开设的，请给每一段不同的代码。",
)
NO_HOURS = RefusalKind(
    "PRG-053",
    "课程“{name}”既没有学时也没有实践周数。",
    "请填写总学时；按周安排的实践环节请填写实践周数和折合学时。",
)
HOURS_PER_CREDIT_FAR = RefusalKind(
    "PRG-054",
    "课程“{name}”每学分 {rate} 学时，与方案规定的每学分 {rule} 学时相差较多。",
    "请核对学分和学时；按周安排的环节请填写实践周数。",
    weight=Weight.PLEASE_CONFIRM,
)
TOO_MANY_COURSES = RefusalKind(
    "PRG-055",
    "课程表有 {count} 门课程，一份方案最多 {most} 门。",
    "请核对是否传错了文件。",
)
CREDITS_TOO_MANY = RefusalKind(
    "PRG-056",
    "课程“{name}”的学分 {credits} 超过了毕业总学分 {needed}。",
    "请改正学分。",
)

# Student records
PLAN_NOT_PUBLISHED = RefusalKind(
    "PRG-060",
    "人才培养方案“{plan}”还没有发布，不能据此注册学籍。",
    "请先发布方案。",
)
NUMBER_TAKEN = RefusalKind(
    "PRG-061",
    "学号 {number} 在本校已登记给另一名学生。",
    "请核对学号。",
    status=409,
)
ALREADY_ENROLLED = RefusalKind(
    "PRG-062",
    "这名学生在本校已有在籍学籍（学号 {number}）。",
    "不必重复注册；换专业的，请办理转入新方案。",
    status=409,
)
RECORD_UNKNOWN = RefusalKind(
    "PRG-063",
    "没有找到这条学籍，或者它不属于本校。",
    "请核对学号。",
    status=404,
)
RECORD_CLOSED = RefusalKind(
    "PRG-064",
    "学号 {number} 的学籍状态是“{state}”，不能再办理变动。",
    "请核对是否选错了学生。",
    status=409,
)
DATE_BEFORE = RefusalKind(
    "PRG-065",
    "日期 {given} 早于入学日期 {enrolled}。",
    "请核对日期。",
)
DATE_AHEAD = RefusalKind(
    "PRG-066",
    "日期 {given} 还没有到。",
    "请在当天或之后办理。",
)
OTHER_COHORT = RefusalKind(
    "PRG-067",
    "入学日期是 {enrolled}，方案适用 {cohort} 级学生。",
    "请核对方案；转入、插班的学生请在理由里写明，并勾选“插班”。",
)
SAME_PLAN = RefusalKind(
    "PRG-068",
    "转入的方案与现在的方案相同。",
    "请选择要转入的方案。",
)
OTHER_PLANS_SCHOOL = RefusalKind(
    "PRG-069",
    "方案“{plan}”不是{school}的方案。",
    "请选择转入学校自己的方案。",
)
REASON_MISSING = RefusalKind(
    "PRG-070",
    "没有写明理由。",
    "请写明办理的原因，例如“转专业申请已批准”。",
)
NUMBER_FORM = RefusalKind(
    "PRG-071",
    "学号“{given}”的写法不对。",
    "学号由数字和英文字母组成，最多 24 个字符。",
)
MERGED_BOTH_ENROLLED = RefusalKind(
    "PRG-072",
    "两份档案在同一所学校都有在籍学籍（学号 {one} 和 {other}），不能直接合并。",
    "请先由学校办理其中一条学籍的变动，再合并档案。",
    status=409,
)
NO_PLAN = RefusalKind(
    "PRG-073",
    "本校没有发布过专业代码 {code}、{cohort} 级的人才培养方案。",
    "请先发布方案，或者核对专业代码、年级和招生对象。",
)
WHICH_PLAN = RefusalKind(
    "PRG-074",
    "专业代码 {code}、{cohort} 级有几份方案，招生对象不同：{choices}。",
    "请在“招生对象”一列写明是哪一种。",
)
DAY_FORM = RefusalKind(
    "PRG-075",
    "日期填的是“{given}”，不是一个存在的日期。",
    "请按“2026-09-01”的写法填写。",
)
