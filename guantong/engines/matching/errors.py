"""Every refusal of the matching engine. MTC-0xx: rules that cannot be used. MTC-1xx: places, candidates, choices.
MTC-2xx: a run.
"""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

# --- rules ----------------------------------------------------------------------------------------------------
UNKNOWN_KEY = RefusalKind("MTC-001", "规则中出现了不认识的项目“{key}”{nearest}。", "请删去，或改为以下之一：{known}。")
MISSING_KEY = RefusalKind("MTC-002", "规则中缺少“{key}”。", "请补上“{key}”（{meaning}）。")
WRONG_TYPE = RefusalKind("MTC-003", "这里应当填写{expected}。", "请改写后再提交。")
UNKNOWN_CHOICE = RefusalKind("MTC-004", "“{given}”不在可选范围内{nearest}。", "请改为以下之一：{known}。")
NOT_A_NUMBER = RefusalKind(
    "MTC-005", "“{given}”不能作为数读取，或小数超过三位。", '请写成 "450" 或 "112.5" 的样子，小数不超过三位。'
)
DUPLICATE_ID = RefusalKind("MTC-006", "编号“{given}”在同一份规则中用了两次。", "请为每条规定取不同的编号。")
CONTRADICTION = RefusalKind("MTC-007", "规则互相矛盾：{what}。", "{remedy}。")
CIRCULAR_OVERFLOW = RefusalKind(
    "MTC-008", "剩余名额的去向绕成了圈：{circle}。", "请让剩余名额只往后流，最后流向 ordinary 或 none。"
)
UNKNOWN_QUOTA = RefusalKind(
    "MTC-009", "剩余名额流向“{given}”，但规则里没有这个名额组{nearest}。", "请改为 ordinary、none 或以下之一：{known}。"
)
BAD_SEED = RefusalKind("MTC-010", "抽签种子应当是 64 位十六进制数字。", "请填写开始填报志愿前封存的那一个种子。")
TOO_DEEP = RefusalKind("MTC-011", "条件嵌套得太深或太多（最多 {limit}）。", "请拆成几条条件。")

# --- the data of a run ----------------------------------------------------------------------------------------
UNKNOWN_UNIT = RefusalKind(
    "MTC-101",
    "志愿填报的“{given}”不在招生计划里{nearest}。",
    "请核对代码，或先补上这项计划；填的是专业组或学校的，请核对规则里的 unit。",
)
DOUBLED_ORDINAL = RefusalKind("MTC-102", "考生“{candidate}”有两个第 {ordinal} 志愿。", "请为每个志愿写不同的序号。")
DOUBLED_UNIT = RefusalKind("MTC-103", "考生“{candidate}”把“{given}”填了两次。", "请只保留其中一个志愿。")
DOUBLED_CANDIDATE = RefusalKind("MTC-104", "考生号“{given}”出现了两次。", "请核对名单，每位考生只列一次。")
DOUBLED_PLACE = RefusalKind("MTC-105", "招生计划的编号“{given}”出现了两次。", "请为每项计划取不同的编号。")
NEGATIVE_SEATS = RefusalKind("MTC-106", "计划“{place}”的名额是 {given}，名额不能小于零。", "请核对招生计划数。")
SEATS_NOT_WHOLE = RefusalKind("MTC-107", "计划“{place}”的名额“{given}”不是整数。", "请填写整数，例如 40。")
NOT_IN_UNIT = RefusalKind("MTC-108", "“{unit}”里没有专业“{given}”{nearest}。", "请改为这里的专业：{known}。")
UNKNOWN_CANDIDATE = RefusalKind("MTC-109", "“{given}”不在考生名单里。", "请先把这位考生列入名单，或核对考生号。")
UNKNOWN_PLACE = RefusalKind("MTC-110", "“{given}”不在招生计划里{nearest}。", "请核对计划编号。")
BAD_ORDINAL = RefusalKind("MTC-111", "志愿序号“{given}”不是从 1 开始的整数。", "请改为 1、2、3……，允许空号。")
MISSING_SCORE = RefusalKind(
    "MTC-112", "考生“{candidate}”缺少“{key}”，无法排序。", "请补上，或在规则里写明 missing: last。"
)
MISSING_PLACE_SCORE = RefusalKind(
    "MTC-113", "考生“{candidate}”在“{place}”没有成绩，无法排序。", "请补上，或在规则里写明 missing: last。"
)
ABOVE_FULL_MARK = RefusalKind("MTC-114", "“{key}”是 {given} 分，超过满分 {full} 分。", "请核对成绩。")
BELOW_ZERO = RefusalKind("MTC-115", "“{key}”是 {given} 分，小于零分。", "请核对成绩。")
CELL_NOT_A_NUMBER = RefusalKind("MTC-116", "“{key}”应当是数，填的是“{given}”。", "请改为数，小数不超过三位。")
UNKNOWN_COLUMN = RefusalKind(
    "MTC-117", "规则用到“{given}”，但考生表里没有这一列{nearest}。", "请改为以下之一：{known}。"
)
MIXED_COLUMN = RefusalKind(
    "MTC-118",
    "“{key}”这一列有的读得成数，有的读不成（“{given}”），无法排序。",
    "请统一成数（小数不超过三位，不写单位），或者统一成文字；没有成绩的留空，并在规则里写明 missing: last。",
)
COLUMN_TOO_SHORT = RefusalKind(
    "MTC-119", "“{key}”这一列有 {given} 个值，考生有 {expected} 位。", "请让每位考生在这一列都有一格，可以留空。"
)
GROUP_IN_TWO_SCHOOLS = RefusalKind(
    "MTC-120", "专业组代码“{given}”在两所学校（{schools}）里都有。", "请为每个专业组取全省唯一的代码。"
)
EMPTY_UNIT = RefusalKind("MTC-121", "计划“{place}”没有填写{what}。", "志愿以{what}为单位时，每项计划都要填写。")
DOUBLED_SCORE = RefusalKind("MTC-122", "考生“{candidate}”在“{place}”有两个成绩。", "请只保留一个。")
WEIGHTS_AND_SCORES = RefusalKind("MTC-123", "“{place}”既按权重计算成绩，又直接给了成绩。", "请只保留其中一种办法。")
TWO_WEIGHTS = RefusalKind("MTC-124", "“{place}”适用两组权重。", "请让每项计划最多适用一组权重。")
OWN_PRIORITY_NEEDS_DA = RefusalKind(
    "MTC-125",
    "各专业用自己的成绩排序时，不能用{mechanism}。",
    "请改用延迟接受（{other}），或以专业为单位、按志愿顺序的录取。",
)
QUOTA_ABOVE_SEATS = RefusalKind(
    "MTC-126", "“{place}”只有 {seats} 个名额，名额组“{quota}”等一共要 {given} 个。", "请减少预留，或增加计划数。"
)
ORDER_EMPTY = RefusalKind("MTC-127", "“{place}”没有自己的成绩，规则的 order 又是空的，无法排序。", "请补上排序的依据。")
CEILING_OVERLAP = RefusalKind(
    "MTC-128",
    "考生“{candidate}”在“{place}”同时属于上限“{first}”和“{second}”。",
    "各专业用自己的成绩排序时，同一计划的上限不能交叉，请改写人群条件。",
)
CEILING_NEEDS_LOTTERY = RefusalKind(
    "MTC-129", "“{place}”有人数上限“{quota}”，不能与同分处理“{ties}”一起使用。", "请改用 lottery，或去掉上限。"
)
DOUBLED_SEND_BACK = RefusalKind("MTC-130", "考生“{candidate}”被“{place}”退档两次。", "请只保留一条。")
SEND_BACK_WITHOUT_CHOICE = RefusalKind(
    "MTC-131", "考生“{candidate}”没有填报“{place}”，不会被它退档。", "请核对退档名单。"
)
DOUBLED_FIXED = RefusalKind("MTC-132", "考生“{candidate}”已经录取在两处。", "一人只能有一个名额，请只保留一处。")
DOUBLED_WISH = RefusalKind("MTC-133", "考生“{candidate}”在“{unit}”里把专业“{given}”填了两次。", "请只保留一个。")
WISHES_NOT_ASKED = RefusalKind(
    "MTC-134", "志愿以专业为单位，“{given}”后面不能再填专业或服从调剂。", "请去掉这两项，或把 unit 改为 group。"
)
EMPTY_ID = RefusalKind("MTC-135", "{what}的编号是空的。", "请补上编号。")
LIST_AND_FIXED = RefusalKind("MTC-136", "考生“{candidate}”已经录取，又被退档。", "请先撤销其中一项。")
NUMBER_TOO_LARGE = RefusalKind("MTC-137", "“{key}”的值“{given}”太大，不能精确计算。", "请核对，数应当在正负十亿以内。")
MOST_SEATS_NEEDS_COMMON_ORDER = RefusalKind(
    "MTC-138",
    "各专业用自己的成绩排序时，不能按剩余名额多少调剂。",
    "请改为按招生计划的先后调剂。",
)
TOO_MANY_SEATS = RefusalKind("MTC-139", "计划“{place}”的名额 {given} 太多。", "请核对招生计划数。")

# --- a run ----------------------------------------------------------------------------------------------------
STATE_SEEN_TWICE = RefusalKind(
    "MTC-201", "剩余名额的流转回到了出现过的状态，不会结束。", "请核对各组剩余名额的去向。", status=409
)
NOT_THE_SAME_RUN = RefusalKind(
    "MTC-202", "两个结果不是同一批考生和志愿的。", "请用同一份名单的两个结果来比较。", status=409
)
UNKNOWN_COLUMN_FOR_GROUPS = RefusalKind(
    "MTC-203", "考生表里没有“{given}”这一列{nearest}。", "请改为以下之一：{known}。"
)
UNIT_CANNOT_VARY = RefusalKind(
    "MTC-204", "志愿是以“{unit}”为单位填报的，不能改为“{given}”来试算。", "请保持志愿的单位不变。", status=409
)
