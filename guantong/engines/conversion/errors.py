"""Every refusal and every reason of the conversion engine.

CNV-0xx: a rule document cannot be used. CNV-1xx: what an achievement counts for, or why not.
CNV-2xx: facts typed in for a simulation cannot be read. CNV-3xx: what became of an achievement in an allocation.
"""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind, Weight

# --- rule documents -------------------------------------------------------------------------------------------
UNKNOWN_KEY = RefusalKind("CNV-001", "规则中出现了不认识的项目“{key}”。", "请删去，或改为以下之一：{known}。")
MISSING_KEY = RefusalKind("CNV-002", "规则中缺少“{key}”。", "请补上“{key}”（{meaning}）。")
WRONG_TYPE = RefusalKind("CNV-003", "这里应当填写{expected}。", "请改写后再提交。")
NOT_A_NUMBER = RefusalKind(
    "CNV-004", "“{given}”不能作为精确的数读取。", '请写成文字形式的数，例如 "8"、"0.5" 或 "1/2"，学分最多到百分位。'
)
UNKNOWN_CHOICE = RefusalKind("CNV-005", "“{given}”不在可选范围内。", "请改为以下之一：{known}。")
UNKNOWN_LEVEL = RefusalKind("CNV-006", "{kind}没有“{given}”这一等级。", "请改为以下之一：{known}。")
NO_LEVELS = RefusalKind("CNV-007", "{kind}没有等级，不能按等级规定。", "请删去等级条件，或改用其他条件。")
DUPLICATE_ID = RefusalKind("CNV-008", "编号“{given}”在同一份规则中用了两次。", "请为每条规定取不同的编号。")
CLAUSE_MISSING = RefusalKind("CNV-009", "这条规定没有写明出自办法的第几条。", "请在 clause 中写明，例如“第五条”。")
CONTRADICTION = RefusalKind("CNV-010", "规定互相矛盾：{what}。", "{remedy}。")
CALENDAR_MISSING = RefusalKind(
    "CNV-011",
    "按学期或按学年限制学分，但没有写明学年、学期从哪一天开始。",
    "请补上 calendar 的 year_begins 和 second_semester_begins。",
)
BAD_AGEING = RefusalKind(
    "CNV-012", "逐年折减的规定不成立：{what}。", "请按年数从小到大排列，比例从大到小，且在 0 与 1 之间。"
)
HOURS_OUTSIDE_LAW = RefusalKind(
    "CNV-013",
    "每学分折合 {given} 学时，超出了规定的 {low} 至 {high} 学时。",
    "请在规定的范围内选定一个数。",
    parameter="credit.hours_per_credit_min",
)
ABOVE_CEILING = RefusalKind(
    "CNV-014",
    "这里规定最多 {given}，高于上级规定的最多 {ceiling}。",
    "请改为不超过 {ceiling}。",
    parameter="credit.certificate_cap",
)
BELOW_FLOOR = RefusalKind(
    "CNV-015",
    "这里规定至少 {given}，低于上级规定的至少 {floor}。",
    "请改为不低于 {floor}。",
    parameter="credit.own_school_minimum_share",
)
BAD_DATE = RefusalKind("CNV-016", "“{given}”不是日期。", "请写成 2025-09-01 的样子。")
BAD_SHARE = RefusalKind("CNV-017", "比例“{given}”应当大于 0 且不超过 1。", '请写成 "0.2" 或 "1/5" 的样子。')
TOO_MANY = RefusalKind("CNV-018", "这里有 {given} 项，最多可以有 {limit} 项。", "请减少项目，或分成几份规则。")
TOO_LONG = RefusalKind("CNV-019", "这段文字有 {given} 个字，最多可以有 {limit} 个字。", "请缩短后再提交。")
BAD_ORDER = RefusalKind("CNV-020", "{what}。", "请把前后顺序改正。")
NOT_IN_FORCE = RefusalKind(
    "CNV-021", "这份规则在{on}不适用：它自{since}起施行{until}。", "请选用当日有效的规则版本。", status=409
)
EMPTY = RefusalKind("CNV-022", "这里不能留空。", "请至少写一项，或删去这个项目。")
NO_AMOUNT = RefusalKind(
    "CNV-023", "这条规定应当且只能写明一种折算学分的办法。", "请在 credits 中保留以下之一：{known}。"
)
BAD_LAW_NUMBER = RefusalKind(
    "CNV-024", "政策参数“{name}”的值“{given}”不能作为数使用。", "请联系政策库的维护人员核对该参数的单位和取值。"
)
EXCLUDED_AND_NAMED = RefusalKind(
    "CNV-025", "规定“{rule}”点名的课程“{course}”同时列在不得转换的课程中。", "请从其中一处删去。"
)
TWO_COURSES_ONE_CODE = RefusalKind(
    "CNV-026", "人才培养方案中有两门课程的代码都是“{code}”。", "请先在方案中为每门课程设定不同的代码。"
)
BAD_PLAN_COURSE = RefusalKind(
    "CNV-027", "课程“{code}”的学分“{given}”不能用于转换。", "请在方案中把学分改为 0 至 {limit} 之间的数。"
)

# --- verdicts -------------------------------------------------------------------------------------------------
_YES = Weight.TIDIED

COUNTS = RefusalKind(
    "CNV-100",
    "可以计入 {count} 门课程，折合 {credits} 学分，例如“{course}”。",
    "您可以选择课程提出转换申请。",
    weight=_YES,
)
KIND_NOT_ELIGIBLE = RefusalKind(
    "CNV-101", "学校的规则没有规定{kind}可以转换学分。", "您可以保留在账户里；学校规则修订或换到其他学校后再看。"
)
CERTIFICATE_NOT_LISTED = RefusalKind(
    "CNV-102", "证书代码“{given}”不在学校认可的证书目录中。", "请核对证书代码；认可的有：{known}。"
)
LEVEL_TOO_LOW = RefusalKind("CNV-103", "等级是{given}，规则要求{needed}及以上。", "取得{needed}后可以再申请。")
LEVEL_TOO_HIGH = RefusalKind(
    "CNV-104", "等级是{given}，这条规则只适用于{needed}及以下。", "请向教务部门询问适用的其他规定。"
)
LEVEL_NOT_STATED = RefusalKind("CNV-105", "成果上没有写明等级，规则要求{needed}。", "请由颁发单位补充等级后再看。")
GRADE_TOO_LOW = RefusalKind("CNV-106", "成绩是{given}，规则要求{needed}及以上。", "重新考核达到{needed}后可以再申请。")
GRADE_UNCLEAR = RefusalKind("CNV-107", "成绩“{given}”无法与规则要求的{needed}比较。", "请由颁发单位出具百分制成绩。")
PLACE_TOO_LOW = RefusalKind("CNV-108", "名次是{given}，规则要求{needed}。", "取得规则要求的名次后可以再申请。")
ISSUER_NOT_LISTED = RefusalKind(
    "CNV-109", "颁发单位不在规则认可的范围内，规则认可：{known}。", "请核对颁发单位，或向教务部门申请特别认定。"
)
TEAM_NOT_ELIGIBLE = RefusalKind("CNV-110", "这条规则只认可{needed}奖项。", "请核对获奖证书上的参赛形式。")
NOT_IN_TABLE = RefusalKind(
    "CNV-111", "规则的折算表里没有{given}这一档。", "请核对等级、名次和参赛形式；规则列出的有：{known}。"
)
NOT_RECOGNISED = RefusalKind(
    "CNV-112",
    "学分银行还没有认定这项成果（现在的状态：{state}）。",
    "认定完成后会自动重新计算，您可以在账户里查看进度。",
)
NOT_USABLE = RefusalKind(
    "CNV-113", "这项成果现在不能使用（状态：{state}）。", "请在账户里查看原因，可以改正的请改正后重新提交。"
)
RESERVED = RefusalKind(
    "CNV-114", "这项成果正在另一项转换申请中，剩余可用 {left} 学分。", "请等那项申请办结，或先撤回那项申请。"
)
USED_UP = RefusalKind("CNV-115", "这项成果的学分已经用完（已转换 {used} 学分）。", "请选用其他成果。")
USED_ONCE = RefusalKind("CNV-116", "每项成果只能使用一次，这项成果已经转换过 {used} 学分。", "请选用其他成果。")
NATIONAL_FIRST = RefusalKind("CNV-117", "还没有取得{needed}。", "请先完成{needed}，再申请转换。")
EXPIRED = RefusalKind("CNV-118", "证书的有效期到{until}为止，已经过期。", "请按颁发单位的规定换证或复审后再申请。")
TOO_OLD = RefusalKind("CNV-119", "成果于{issued}取得，超过了规则规定的 {years} 年。", "请重新取得，或选用近年的成果。")
AGED_AWAY = RefusalKind(
    "CNV-120", "成果于{issued}取得，按规则逐年折减后只计 {percent}，不足以折算学分。", "请选用近年的成果。"
)
DATE_MISSING = RefusalKind(
    "CNV-121", "成果上没有取得日期，无法判断是否在规则规定的年限内。", "请由颁发单位补充取得日期。"
)
HOURS_TOO_FEW = RefusalKind(
    "CNV-122", "学时是 {given}，按每学分 {per} 学时折算不足 {least} 学分。", "学时累计够了以后可以再申请。"
)
HOURS_MISSING = RefusalKind("CNV-123", "成果上没有学时，规则按学时折算学分。", "请由培训单位补充学时。")
AMOUNT_MISSING = RefusalKind("CNV-124", "学分银行还没有记录这项成果的认定学分。", "认定完成后会自动重新计算。")
NO_COURSE = RefusalKind(
    "CNV-125", "这份人才培养方案里没有规则允许计入的课程（规则允许：{known}）。", "请核对所选的专业和方案。"
)
COURSE_EXCLUDED = RefusalKind(
    "CNV-126", "对应的课程（{course}）不得用其他成果转换。", "请修读这些课程，成果可以留作他用。"
)
COURSE_TOO_LARGE = RefusalKind(
    "CNV-127", "折合 {credits} 学分，小于对应课程中最小的“{course}”（{size} 学分），不能转换更大的课程。", "{remedy}"
)
COURSE_PASSED = RefusalKind("CNV-128", "对应的课程（{course}）您已经修读合格。", "不必再转换，成果可以留作他用。")
COURSE_EXEMPTED = RefusalKind("CNV-129", "对应的课程（{course}）已经由其他成果转换。", "不必再转换，成果可以留作他用。")
CAP_REACHED = RefusalKind("CNV-130", "已达到上限：{cap}，已转换 {used}，还可转换 {left}。", "请修读课程取得其余学分。")
OWN_SCHOOL_FIRST = RefusalKind(
    "CNV-131", "申请转换前要先在本校修得 {needed} 学分，现在是 {earned} 学分。", "修够 {needed} 学分后可以申请。"
)
BEFORE_ENROLMENT = RefusalKind(
    "CNV-132", "成果于{issued}取得，早于入学日期{enrolled}，规则只认可在校期间取得的成果。", "请选用入学后取得的成果。"
)
SEMESTER_OVER = RefusalKind(
    "CNV-133", "对应的课程（{course}）所在学期已经过去，规则只允许转换本学期及以后的课程。", "请按教务安排补修或重修。"
)
ISSUED_LATER = RefusalKind("CNV-134", "成果的取得日期{issued}晚于计算日期{on}。", "请核对取得日期。")
NOT_CONVERTIBLE = RefusalKind(
    "CNV-135", "人才培养方案规定对应的课程（{course}）不参加学分转换。", "请修读这些课程，成果可以留作他用。"
)
COURSE_SIZE = RefusalKind("CNV-136", "对应课程的学分不在规则允许的范围内（{needed}）。", "请选择学分在范围内的课程。")
OWN_SCHOOL_SHARE = RefusalKind(
    "CNV-137",
    "至少要在本校修得 {needed} 学分，其余最多可转换 {cap}，已转换 {used}，还可转换 {left}。",
    "请在本校修读课程取得其余学分。",
)
NOTHING_LEFT = RefusalKind("CNV-138", "学分银行认定的 {recognised} 学分已经没有余额。", "请选用其他成果。")

COURSE_NOT_NAMED = RefusalKind("CNV-139", "规则没有规定这项成果可以计入“{course}”。", "请选择规则允许的课程。")
COURSE_LARGER = RefusalKind(
    "CNV-140", "“{course}”有 {size} 学分，大于这项成果折合的 {credits} 学分。", "请选择学分相等或更小的课程。"
)

AGED_TO = RefusalKind("CNV-150", "成果于{issued}取得，按规则只计 {percent}。", "近年的成果可以计得更多。", weight=_YES)
BOUNDED_BY_CAP = RefusalKind(
    "CNV-151", "规则折算 {granted} 学分，因{cap}，最多计 {credits} 学分。", "其余部分请选用其他途径。", weight=_YES
)
BOUNDED_BY_RECOGNISED = RefusalKind(
    "CNV-152",
    "规则折算 {granted} 学分，学分银行认定的余额为 {credits} 学分，以余额为限。",
    "如对认定有疑问，可以申请复核。",
    weight=_YES,
)

# --- facts typed in -------------------------------------------------------------------------------------------
BODY_NOT_OBJECT = RefusalKind("CNV-201", "提交的内容应当是一个 JSON 对象。", "请按接口说明的样子提交。", status=400)
BODY_UNKNOWN_KEY = RefusalKind("CNV-202", "不认识“{key}”这一项。", "请删去，或改为以下之一：{known}。")
BODY_MISSING = RefusalKind("CNV-203", "缺少“{key}”这一项。", "请补上后再提交。")
BODY_WRONG_TYPE = RefusalKind("CNV-204", "这里应当是{expected}。", "请改正后再提交。")
BODY_TOO_MANY = RefusalKind("CNV-205", "一次提交了 {given} 项，最多 {limit} 项。", "请分几次提交。", status=413)
BODY_TOO_LONG = RefusalKind("CNV-206", "这段文字有 {given} 个字，最多 {limit} 个字。", "请缩短后再提交。")
BODY_OUT_OF_RANGE = RefusalKind("CNV-207", "“{given}”超出了可用的范围（{low} 至 {high}）。", "请改正后再提交。")
BODY_UNKNOWN_CHOICE = RefusalKind("CNV-208", "“{given}”不在可选范围内。", "请改为以下之一：{known}。")
BODY_DUPLICATE = RefusalKind("CNV-209", "“{given}”出现了两次。", "请为每一项取不同的编号。")
BODY_BAD_DATE = RefusalKind("CNV-210", "“{given}”不是日期。", "请写成 2025-09-01 的样子。")
BODY_NOT_A_NUMBER = RefusalKind("CNV-211", "“{given}”不能作为精确的数读取。", '请写成文字形式的数，例如 "1.5"。')
BODY_TOO_DEEP = RefusalKind("CNV-212", "提交的内容嵌套太深。", "请按接口说明的样子提交。", status=400)

# --- allocations ----------------------------------------------------------------------------------------------
USED_FOR = RefusalKind("CNV-301", "用于{courses}，共 {credits} 学分。", "请确认后提交申请。", weight=_YES)
CAP_LEFT_NO_ROOM = RefusalKind("CNV-302", "其他成果已用满上限：{cap}（{used}／{limit}）。", "这项成果可以留作他用。")
COURSES_TAKEN = RefusalKind(
    "CNV-303", "可以计入的课程（{course}）已经由其他成果转换，再用也不能增加学分。", "这项成果可以留作他用。"
)
NOT_NEEDED = RefusalKind("CNV-304", "按现在的组合，再用这项成果不能增加可转换的学分。", "这项成果可以留作他用。")
SURPLUS_LOST = RefusalKind("CNV-305", "多出的 {credits} 学分按规则不再保留。", "提交申请前请确认。", weight=_YES)
SURPLUS_KEPT = RefusalKind(
    "CNV-306", "多出的 {credits} 学分保留在账户里，以后可以再用。", "不需要您做什么。", weight=_YES
)
NOT_ENOUGH_TOGETHER = RefusalKind(
    "CNV-307",
    "折合 {credits} 学分，与其他成果合计也凑不够对应的课程（{course}），规则要求整门转换。",
    "这项成果可以先保留，取得更多成果后再申请。",
)
