"""Refusals of declarations, scores, eligibility, plans, shares and states: ADM-200 to ADM-299."""

from guantong.kernel.refusal import RefusalKind, Weight

# Declarations: regions/*/admission/*.yaml (docs/dev/admission.md §1).

UNKNOWN_KEY = RefusalKind("ADM-200", "{place}里没有“{key}”这一项。", "{hint}")
MISSING_KEY = RefusalKind("ADM-201", "{place}缺少“{key}”。", "请照招生规则的写法补上。")
WRONG_SHAPE = RefusalKind("ADM-202", "{place}的“{key}”写成了{given}。", "这里应当写{wanted}。")
UNKNOWN_CHOICE = RefusalKind("ADM-203", "{place}的“{key}”写的是“{given}”，没有这种写法。", "可以写的有：{choices}。")
TWICE = RefusalKind("ADM-204", "{place}的编号“{id}”用了两次，第一次在{other}。", "请改用另一个编号。")
BAD_ID = RefusalKind(
    "ADM-205", "{place}的编号“{given}”不合写法。", "请用小写英文字母开头，后面是小写字母、数字、连字符或下划线。"
)
GROUND_MISSING = RefusalKind(
    "ADM-206",
    "{place}没有写依据。",
    "请在 references 里写明文件和条款；文件没有印出的，写 source: local 和 note，说明由本地确定的理由。",
)
PARAMETER_UNANSWERED = RefusalKind("ADM-207", "{place}的“{key}”引用的参数没有得到答案：{why}", "改正以后再检查一遍。")
PARAMETER_KIND = RefusalKind(
    "ADM-208", "{place}的“{key}”引用的参数“{label}”是{unit}，不能用在这里。", "这里要{wanted}。"
)
OUT_OF_RANGE = RefusalKind("ADM-209", "{place}的“{key}”是 {given}，不在允许的范围内。", "这里要{wanted}。")
UNKNOWN_NAME = RefusalKind("ADM-210", "{place}提到了“{given}”，但没有这样的{what}。", "{hint}")
PERIODS = RefusalKind("ADM-211", "“{stage}”的日程不合顺序：{why}。", "请核对各阶段的起止日期。")
NOTHING_GIVEN = RefusalKind("ADM-212", "{place}的“{key}”是空的。", "请至少写一项。")
LINE_ABOVE_FULL = RefusalKind(
    "ADM-213", "{place}的分数线 {given} 高于“{title}”的满分 {full}。", "请核对分数线和满分，两者必有一个写错。"
)
QUOTA_WRONG = RefusalKind("ADM-214", "配额“{title}”前后矛盾：{why}。", "请改正后再检查。")
QUOTA_CIRCLE = RefusalKind(
    "ADM-215", "配额的空额去向绕成了圈：{circle}。", "空额只能一路向前流转，请让其中一项流向 ordinary 或 none。"
)
ORDER_TWICE = RefusalKind(
    "ADM-216", "批次“{title}”的排序里“{key}”出现了两次。", "同一项比较两次没有意义，请删去后一次。"
)
MECHANISM = RefusalKind("ADM-217", "批次“{title}”的几项规则互相矛盾：{why}。", "请改正其中一项。")
LOOSER = RefusalKind(
    "ADM-218",
    "{place}“{title}”比{region}的规定宽：{why}。",
    "下级地区只能从严，不能放宽；上级的规定在{other}。",
)
NOT_A_VALUE_OF = RefusalKind("ADM-219", "{place}拿“{title}”与“{given}”比较，但它不会有这样的值。", "{wanted}")
EXEMPTION_EMPTY = RefusalKind("ADM-220", "免考“{title}”前后矛盾：{why}。", "请改正免考的科目或成绩处理办法。")
SKILL_SHARE_BELOW = RefusalKind(
    "ADM-221",
    "“{channel}”的职业技能部分占总分的 {given}，低于规定的 {floor}。",
    "请提高职业技能部分的满分或权重。",
    parameter="admission.skill_share_floor",
)
SKILL_SHARE_LOW = RefusalKind(
    "ADM-222",
    "“{channel}”的职业技能部分占总分的 {given}，与规定的 {floor} 有差距。",
    "请核对；确按本地做法执行的，公布时一并说明。",
    parameter="admission.skill_share_floor",
    weight=Weight.PLEASE_CONFIRM,
)
NEVER_MET = RefusalKind("ADM-223", "{place}“{title}”的条件互相矛盾，没有人能够满足。", "请核对条件，放宽其中一项。")
NOT_RUNNABLE = RefusalKind(
    "ADM-224", "渠道“{title}”缺少{what}，不能用来录取。", "请补上；只作为下级地区的框架的，写 framework: true。"
)
CHANNEL_UNKNOWN = RefusalKind(
    "ADM-225", "{region}在 {day} 没有“{channel}”这一招生渠道。", "可以选择的有：{known}。", status=404
)
ALL_TIED = RefusalKind(
    "ADM-226", "批次“{title}”没有排序项目，也没有各专业自己的权重。", "请写明按什么排序，否则所有考生都同分。"
)
SEED_NEEDED = RefusalKind(
    "ADM-227", "批次“{title}”同分时抽签，但还没有抽签种子。", "请先封存种子并公布它的摘要，再进行投档。", status=409
)
SEED_UNWANTED = RefusalKind(
    "ADM-228", "批次“{title}”不抽签，不应当有抽签种子。", "请去掉种子，或者把同分办法改为抽签。"
)
SEED_FORM = RefusalKind("ADM-229", "抽签种子不是 64 位十六进制数。", "请使用系统生成并封存的种子。")
NO_SUCH_ROUND = RefusalKind("ADM-230", "批次“{title}”没有第 {number} 轮。", "首轮之后最多还有 {rounds} 轮征集志愿。")

CAP_FORBIDDEN = RefusalKind(
    "ADM-231",
    "配额“{title}”给中职毕业生设了上限。",
    "高等职业学校招收中职毕业生不能设比例上限，请去掉这一配额，或者不把中职毕业生列进去。",
    parameter="admission.secondary_intake_uncapped",
)

PROOF_REQUIRED = RefusalKind(
    "ADM-232",
    "{place}既要求必填，又要求佐证。",
    "没有佐证的信息不计入，等于没有填写；请去掉 required，或者改为“是否”的填写方式。",
)

# Scores and facts of a candidate.

SCORE_MISSING = RefusalKind("ADM-240", "没有“{title}”的成绩。", "请补录成绩；考生没有到考的，写“缺考”。")
SCORE_ABOVE_FULL = RefusalKind("ADM-241", "“{title}”的成绩 {given} 高于满分 {full}。", "请对照成绩单核对。")
SCORE_FORM = RefusalKind("ADM-242", "“{title}”的成绩“{given}”不是可以使用的成绩。", "{wanted}")
SCORE_UNKNOWN = RefusalKind("ADM-243", "这次招生没有“{given}”这一科目。", "可以录入的科目有：{known}。")
SCORE_STEP = RefusalKind("ADM-244", "“{title}”的成绩 {given} 不是 {step} 的整数倍。", "请对照成绩单核对小数位。")
FACT_UNKNOWN = RefusalKind("ADM-245", "这次招生不需要填写“{given}”。", "需要填写的有：{known}。")
FACT_FORM = RefusalKind("ADM-246", "“{title}”填的是“{given}”，不能使用。", "{wanted}")
FACT_MISSING = RefusalKind("ADM-247", "没有填写“{title}”。", "这一项决定您可以报考哪些计划，请填写后再提交。")
SCORE_UNWANTED = RefusalKind(
    "ADM-248", "这位考生不参加“{title}”，却有成绩。", "请核对考生类别和成绩；确属误录的，请删去这项成绩。"
)

# Bars between channels.

BARRED = RefusalKind(
    "ADM-250",
    "您已经通过“{channel}”{state}，不能再参加“{other}”。",
    "如有疑问，请向原录取学校核实录取状态。",
    status=409,
)
PLACE_HELD = RefusalKind(
    "ADM-251",
    "您今年已经在{school}有一个录取名额，每人每年只能有一个。",
    "请先决定是否放弃原来的名额；放弃后不能恢复。",
    status=409,
)

APPEAL_LATE = RefusalKind(
    "ADM-252",
    "{since}，申诉期限是{days}，到{last}二十四时为止，现在已经超过。",
    "认为有错误的，可以带上证据向{organiser}书面反映，由它决定是否核查；没有录取的，还可以填报征集志愿。",
    status=409,
    parameter="admission.appeal_working_days",
)

# Intake plans and prospectuses.

NO_LIMIT = RefusalKind("ADM-270", "{school}还没有核定的招生规模。", "请主管部门先核定办学规模，再编制计划。")
OVER_LIMIT = RefusalKind(
    "ADM-271",
    "{school}的计划合计 {sum} 人，超过核定的 {limit} 人（{what}）。",
    "请减少 {over} 人，或者先申请调整核定规模。",
)
SEATS_FORM = RefusalKind(
    "ADM-272", "计划数 {given} 不能使用。", "请填写 1 到 {most} 之间的整数；不招生的专业请不要列入计划。"
)
PROGRAMME_UNKNOWN = RefusalKind("ADM-273", "专业目录里没有代码为“{given}”的专业。", "请从专业目录中选择。")
NOT_OFFERED = RefusalKind(
    "ADM-274", "{school}今年没有开设“{programme}”，或者已经停止招生。", "请先办理专业设置，或者删去这条计划。"
)
NOT_QUALIFIED = RefusalKind(
    "ADM-275", "{school}不在今年的招生资格合格名单里。", "不在名单里的学校不能招生；请先通过资格审查。",
    parameter="admission.qualified_list_months",
)  # fmt: skip
ITEM_MISSING = RefusalKind(
    "ADM-276", "招生简章没有写“{item}”。", "简章要逐项写明规定的内容，请补上。", parameter="admission.prospectus_items"
)
CHARTER_MISSING = RefusalKind("ADM-277", "没有上传招生章程。", "请上传学校公布的招生章程。")
PLAN_CONTRADICTS = RefusalKind(
    "ADM-278", "“{programme}”的录取条件与招生规则矛盾，没有考生能够同时满足：{why}。", "请放宽或删去学校自定的条件。"
)
QUOTA_ABOVE_SEATS = RefusalKind(
    "ADM-281", "“{programme}”只招 {seats} 人，配额“{title}”却要留 {quota} 人。", "请增加计划数，或者调整配额。"
)
KIND_UNKNOWN = RefusalKind("ADM-282", "没有“{given}”这种计划类别。", "可以选择的有：{known}。")
BATCH_UNKNOWN = RefusalKind("ADM-283", "没有“{given}”这个批次。", "可以选择的有：{known}。")
GROUP_NEEDED = RefusalKind(
    "ADM-284", "批次“{batch}”按专业组填报，“{programme}”没有写专业组。", "请写明专业组代码和名称。"
)
GROUP_UNWANTED = RefusalKind(
    "ADM-285", "批次“{batch}”不按专业组填报，“{programme}”却写了专业组。", "请去掉专业组，或者改选批次。"
)
GROUP_MIXED = RefusalKind("ADM-286", "专业组“{group}”里的计划{why}。", "同一专业组的计划应当同校、同批次，请改正。")
PLAN_TWICE = RefusalKind(
    "ADM-287", "“{programme}”在同一批次、专业组和计划类别里列了两次。", "请把两条合并，或者改正其中一条。"
)
PART_TIME_SHORT = RefusalKind(
    "ADM-288", "“{programme}”以非全日制招生，学制 {given} 年，短于规定的 {least} 年。", "请改正学制，或者不登记学籍。",
    parameter="admission.part_time_minimum_years",
)  # fmt: skip
FORM_WRONG = RefusalKind("ADM-289", "{title}填的是“{given}”，不能使用。", "{wanted}")

# States.

STATE_NOT_HERE = RefusalKind(
    "ADM-290",
    "{what}现在的状态是“{state}”，不能{act}。",
    "请刷新页面，查看它的最新状态。",
    status=409,
)
STAGE_NOT_HERE = RefusalKind(
    "ADM-291",
    "现在处于“{stage}”阶段，不能进行“{work}”。",
    "这项工作在{wanted}阶段进行；请核对日程。",
    status=409,
)

# Shares to be kept.

FIGURE_MISSING = RefusalKind("ADM-295", "还没有录入“{figure}”，算不出“{title}”。", "请先录入这个数，再看比例。")
