"""Refusals of what people do in admission: ADM-001 to ADM-199."""

from guantong.kernel.refusal import RefusalKind, Weight

# ---- what is not there, or not for this person: the same words, so that nothing is learnt by guessing -------------
CYCLE_UNKNOWN = RefusalKind("ADM-001", "没有找到这个招生年度。", "请从“招生录取”页面重新进入。", status=404)
ROUND_UNKNOWN = RefusalKind("ADM-002", "没有找到这一轮录取。", "请从招生年度的页面重新进入。", status=404)
PLAN_UNKNOWN = RefusalKind("ADM-003", "没有找到这个招生计划。", "请核对编号，或者从列表里重新选择。", status=404)
CANDIDATE_UNKNOWN = RefusalKind("ADM-004", "没有找到这名考生。", "请核对考生号；只能查看与您有关的考生。", status=404)
RUN_UNKNOWN = RefusalKind("ADM-005", "没有找到这次投档运算。", "请从录取轮次的页面重新进入。", status=404)
PLACEMENT_UNKNOWN = RefusalKind("ADM-006", "没有找到这份录取结果。", "请从列表里重新选择。", status=404)
APPEAL_UNKNOWN = RefusalKind("ADM-007", "没有找到这份复核申请。", "请从列表里重新选择。", status=404)
LIST_UNKNOWN = RefusalKind("ADM-008", "这一轮还没有您的志愿表。", "请先填报并保存志愿。", status=404)
OPENING_UNKNOWN = RefusalKind("ADM-009", "没有“{item}”这个公开事项。", "请从公开事项的列表里选择。", status=404)

OTHER_REGION = RefusalKind(
    "ADM-010", "这个招生年度由{region}的主管部门组织，您的岗位不在那里。", "请由{region}的主管部门办理。", status=403
)
NOT_A_CANDIDATE = RefusalKind(
    "ADM-011", "您还没有报名参加{title}，或者报名已经撤回。", "请先报名；已经报名的，请核对登录的账号。", status=403
)

# ---- cycles ---------------------------------------------------------------------------------------------------
CYCLE_EXISTS = RefusalKind("ADM-016", "{year} 年的“{title}”已经开办。", "请直接进入这个招生年度。", status=409)
YEAR_UNLIKELY = RefusalKind("ADM-017", "招生年度 {year} 与今天相差太远。", "请填写今年或明年的年份。")
SEED_MISSING = RefusalKind(
    "ADM-018",
    "摇号种子还没有封存，不能开始填报志愿。",
    "请先在招生年度的页面封存种子并公布它的摘要。",
    status=409,
)
LIMIT_NEGATIVE = RefusalKind("ADM-019", "核定招生规模不能是 {given}。", "请填写 0 或者更大的整数。")
LIMIT_BELOW_PLANS = RefusalKind(
    "ADM-020",
    "{school}已批准的计划共 {approved} 人，核定招生规模不能改为 {given}。",
    "请先退回多出的计划，再修改规模。",
)
NOT_A_SCHOOL = RefusalKind("ADM-021", "“{name}”不是学校。", "请选择一所学校。")
QUALIFICATION_REASON = RefusalKind("ADM-022", "没有写明{school}不具备招生资格的原因。", "请写明原因。")

FOLLOWS_ROUNDS = RefusalKind(
    "ADM-023", "“{stage}”随录取轮次自动进入，不用单独操作。", "请到录取轮次里办理。", status=409
)

FIGURE_UNKNOWN = RefusalKind("ADM-024", "“{given}”不能这样填写。", "可以填写的有：{known}；都是零或大于零的整数。")

# ---- plans ------------------------------------------------------------------------------------------------------
PLAN_DOUBLE = RefusalKind(
    "ADM-028", "同一批次、专业组、类别和地点已经有“{programme}”的计划。", "请修改原有的计划，不要重复添加。", status=409
)
PLAN_CHANGED = RefusalKind(
    "ADM-029",
    "这个计划已经在另一个窗口里修改过（{what}）。",
    "请刷新页面，核对后再修改。",
    status=409,
)
BATCH_UNKNOWN = RefusalKind("ADM-031", "没有“{batch}”这个批次。", "请从下面选择：{known}。")
NOTHING_TO_SUBMIT = RefusalKind(
    "ADM-034", "没有可以上报的计划。", "请先编制计划；已经上报或批准的不用再报。", status=409
)
REASON_NEEDED = RefusalKind("ADM-035", "没有写明理由。", "请写明理由，当事人会看到它。")
NOT_ON_QUALIFIED_LIST = RefusalKind(
    "ADM-036",
    "{school}不在本年度具备招生资格的学校名单里：{why}",
    "请与主管部门核实；取得资格以后才能招生和注册学生。",
    parameter="admission.qualified_list",
    status=409,
)
PROSPECTUS_ITEM_UNKNOWN = RefusalKind("ADM-038", "招生简章里没有“{item}”这一项。", "请按规定的内容填写。")
PROSPECTUS_BY_CASE = RefusalKind(
    "ADM-037",
    "{school}的招生简章正在办件 {case} 里审核备案，不在这里决定。",
    "请到办件里办理，理由和期限都记在那里。",
    status=409,
)
TELEPHONE_NEEDED = RefusalKind("ADM-039", "没有填写招生监督电话。", "监督电话与简章一起公布；请填写打得通的电话。")
PLAN_OTHER_CYCLE = RefusalKind("ADM-040", "计划 {plan} 不属于这个招生年度。", "请刷新页面后重新选择。", status=409)
MODE_UNKNOWN = RefusalKind("ADM-042", "没有“{given}”这种学习形式。", "请选择“全日制”或“非全日制”。")

# ---- candidates and scores ----------------------------------------------------------------------------------------
ALREADY_REGISTERED = RefusalKind(
    "ADM-050",
    "{name}（{masked}）已经报名，考生号 {number}。",
    "一个人在一个招生年度只报名一次；请核对身份证号。",
    status=409,
)
SAME_PERSON_TWICE = RefusalKind(
    "ADM-051", "与第 {other} 行是同一个人。", "请删去重复的一行；一个身份证号只能报名一次。"
)
NUMBER_TAKEN = RefusalKind("ADM-052", "考生号已经被别的考生使用。", "请核对考生号；留空的由系统编排。", status=409)
HAS_LIST = RefusalKind(
    "ADM-056", "这名考生已经提交志愿，不能撤回报名。", "如果不再需要，可以在录取后放弃。", status=409
)
NUMBER_UNKNOWN = RefusalKind("ADM-057", "没有考生号 {number}。", "请核对考生号；只录入已经报名的考生。")
SCORE_NAME_DIFFERS = RefusalKind("ADM-058", "考生号 {number} 的姓名与报名时不同。", "请核对考生号和姓名。")
SAME_NUMBER_TWICE = RefusalKind("ADM-059", "与第 {other} 行是同一个考生号。", "请删去重复的一行。")
SCORE_MISSING = RefusalKind(
    "ADM-061", "{count} 名考生没有成绩，不能排位次：{numbers}。", "请补录成绩；没有参加考试的，请注明缺考。", status=409
)
NO_CANDIDATES = RefusalKind("ADM-062", "还没有考生报名。", "请先导入考生名册或等待考生报名。", status=409)
SCORE_CHANGED_CONFIRM = RefusalKind(
    "ADM-063",
    "考生 {number}（{name}）已经有成绩，导入后将改动：{changes}。",
    "请与原始记录核对；确认要改时请打钩继续，不改的请从表里删去这一行。",
    weight=Weight.PLEASE_CONFIRM,
)

# ---- lists --------------------------------------------------------------------------------------------------------
CHOICES_NOT_OPEN = RefusalKind(
    "ADM-070", "填报志愿从{opens}开始，到{closes}截止，现在不能填报。", "请在规定的时间内填报。", status=409
)
LIST_LOCKED = RefusalKind(
    "ADM-071",
    "志愿已经在{at}提交锁定，不能再修改。",
    "本轮以提交的志愿为准；如果没有被录取，可以填报征集志愿。",
    status=409,
)
LOCKED_TWICE = RefusalKind("ADM-072", "志愿已经在{at}提交过，不用再提交。", "请核对提交后的志愿表。", status=409)
LIST_CHANGED = RefusalKind(
    "ADM-073",
    "志愿表已经在另一个窗口里改过（{at}）：{what}。这里的修改没有保存。",
    "请刷新页面，看到最新的志愿表以后再修改。",
    status=409,
)
LIST_EMPTY = RefusalKind("ADM-074", "志愿表还是空的。", "请至少填报一个志愿再提交。")
TOO_MANY_CHOICES = RefusalKind("ADM-075", "填了 {given} 个志愿，“{batch}”最多 {most} 个。", "请删去多出的志愿。")
UNIT_UNKNOWN = RefusalKind(
    "ADM-076", "第 {ordinal} 志愿：“{unit}”不在本批次的招生计划里。", "请从公布的招生计划里选择。"
)
UNIT_TWICE = RefusalKind("ADM-077", "第 {ordinal} 志愿与第 {other} 志愿相同。", "请删去重复的志愿。")
PROGRAMME_NOT_IN_UNIT = RefusalKind(
    "ADM-078", "第 {ordinal} 志愿：{unit}没有代码为 {programme} 的专业。", "请从这个志愿的专业里选择。"
)
PROGRAMME_TWICE = RefusalKind("ADM-079", "第 {ordinal} 志愿里，专业 {programme} 填了两次。", "请删去重复的专业。")
TOO_MANY_PROGRAMMES = RefusalKind(
    "ADM-080", "第 {ordinal} 志愿填了 {given} 个专业，最多 {most} 个。", "请删去多出的专业。"
)
PROGRAMMES_NOT_HERE = RefusalKind(
    "ADM-081", "第 {ordinal} 志愿：本批次直接选专业，不再填写组内专业和服从调剂。", "请去掉这两项。"
)
ORDINAL_WRONG = RefusalKind("ADM-082", "志愿序号应当从 1 开始依次排列，这里有 {given}。", "请重新排列志愿的顺序。")
CONDITION_NOT_MET = RefusalKind(
    "ADM-083",
    "第 {ordinal} 志愿（{unit}）：您现在的条件不符合要求——{why}",
    "您可以改选其他志愿；如果坚持保留，这个志愿在投档时会被跳过。",
    weight=Weight.PLEASE_CONFIRM,
)
NOT_CONFIRMED = RefusalKind(
    "ADM-084", "志愿表有 {count} 处提示还没有确认。", "请逐条看过提示，确认后再提交。", status=409
)
PLACE_HELD = RefusalKind(
    "ADM-085",
    "您已经被{school}录取（{state}），不能再填报志愿。",
    "一个人在一年里只有一个录取名额；需要放弃的，请先办理放弃手续。",
    status=409,
)
ONLY_UNPLACED = RefusalKind(
    "ADM-086", "征集志愿只面向没有被录取、也没有放弃录取的考生。", "请查看您的录取结果。", status=409
)
NO_VACANCY_THERE = RefusalKind("ADM-087", "第 {ordinal} 志愿（{unit}）没有缺额。", "请从公布的缺额里选择。")
REASSIGNMENT_NOT_ASKED = RefusalKind("ADM-097", "第 {ordinal} 志愿：本批次不填写服从调剂。", "请去掉“服从调剂”。")
LIST_ALTERED = RefusalKind(
    "ADM-098",
    "{count} 份志愿表的内容与提交锁定时不同：{numbers}。",
    "请立即停止投档，核查数据库的改动记录，按锁定时的内容恢复。",
    status=409,
)
LISTS_TWICE = RefusalKind(
    "ADM-088", "考生 {number} 在同一轮有两份志愿表。", "一名考生每轮只有一份志愿表；请删去多出的一份。", status=409
)
CLOSING_TOO_EARLY = RefusalKind("ADM-090", "填报要到{closes}才截止。", "请等到截止时间以后再结束填报。", status=409)
ROUND_TIMES = RefusalKind(
    "ADM-091", "截止时间（{closes}）应当晚于开始时间（{opens}），并且晚于现在。", "请重新设定填报的时间。"
)
ROUND_EXISTS = RefusalKind("ADM-092", "“{batch}”第 {number} 轮已经设立。", "请直接进入这一轮。", status=409)
NO_PLANS = RefusalKind("ADM-093", "“{batch}”还没有已批准的招生计划。", "请先审批计划，再设立录取轮次。", status=409)
EARLIER_ROUND_OPEN = RefusalKind("ADM-094", "“{batch}”第 {number} 轮还没有办完。", "请先办完上一轮。", status=409)
PROSPECTUS_NOT_FILED = RefusalKind(
    "ADM-095", "{count} 所学校的招生简章还没有备案：{schools}。", "简章备案公布以后才能开始填报志愿。", status=409
)
PLANS_WAITING = RefusalKind("ADM-096", "还有 {count} 个计划没有审批。", "请先批准或退回这些计划。", status=409)

PAPER_LINE = RefusalKind(
    "ADM-174", "第 {row} 行“{given}”看不出是哪个志愿：{why}", "一行写一个志愿：{wanted}。请与纸质志愿表核对。"
)

# ---- runs -----------------------------------------------------------------------------------------------------------
RUN_IS_GOING = RefusalKind(
    "ADM-100", "{who}在{at}已经开始了这一轮的正式投档。", "请等它完成；确定不再继续的，请先放弃那一次。", status=409
)
RUN_HELD = RefusalKind("ADM-101", "这次投档运算正由另一个进程办理。", "请稍候再看进度。", status=409)
RUN_STATE = RefusalKind(
    "ADM-102", "这次投档运算现在是“{state}”，不能{act}。", "请刷新页面，查看它的最新状态。", status=409
)
RUN_DISAGREES = RefusalKind(
    "ADM-103",
    "两套实现的结果有 {count} 处不同，本次运算已停下，什么都没有公布。第一处：{first}",
    "请保留这次运算的记录，查明原因以后重新投档。",
    status=409,
)
RUN_CHECK_FAILED = RefusalKind(
    "ADM-104",
    "独立检查发现 {count} 处问题，本次运算已停下，什么都没有公布。第一处：{first}",
    "请保留这次运算的记录，查明原因以后重新投档。",
    status=409,
)
ONLY_REAL_PUBLISHED = RefusalKind("ADM-105", "{purpose}的结果不公布。", "只有正式投档的结果可以公布。", status=409)
INPUT_CHANGED = RefusalKind(
    "ADM-106",
    "投档以后，{what}有了变化，这次的结果不能公布。",
    "请放弃这次运算，核对以后重新投档。",
    status=409,
)
SEED_ALTERED = RefusalKind("ADM-107", "摇号种子与公布的摘要不符。", "请立即停止投档，核查密钥和数据库。", status=409)
NOTHING_TO_ALLOCATE = RefusalKind("ADM-108", "这一轮没有已提交的志愿。", "请核对填报情况。", status=409)
PLACED_ELSEWHERE = RefusalKind(
    "ADM-110", "{count} 名考生在此期间已被其他招生录取，公布没有进行。", "请放弃这次运算并重新投档。", status=409
)
TRIAL_UNKNOWN_CHANGE = RefusalKind("ADM-111", "规则试算不能改“{given}”。", "可以改的有：{known}。")
TRIAL_NEEDS_RUN = RefusalKind("ADM-112", "还没有可供试算的正式投档。", "请在正式投档算完以后再试算。", status=409)
TRIAL_GROUP_UNKNOWN = RefusalKind("ADM-113", "没有“{given}”这个分组。", "可以按这些分组比较：{known}。")

LAW_CHANGED = RefusalKind(
    "ADM-114",
    "开办以后，{day} 的规定有了改动，与开办时读到的不同。",
    "请核对地区数据的变更记录，把当日的规定恢复成开办时的内容，再投档。",
    status=409,
)
KEPT_RUN_ALTERED = RefusalKind(
    "ADM-115",
    "这次投档保存的{what}与封存时的记录不符，不能用来重算。",
    "请不要使用这份存档：从备份恢复以后再重算，并查明是谁在什么时候改动的。",
    status=409,
)

PUBLISH_UNCHECKED = RefusalKind("ADM-116", "还没有确认会公开的内容。", "请先看清公布以后谁能看到什么，打钩以后再公布。")

# ---- review, confirmation, registration -----------------------------------------------------------------------------
SEND_BACK_REASON = RefusalKind(
    "ADM-120",
    "“{given}”不是规定的退档理由。",
    "请从规定的理由里选择：{known}。",
    parameter="admission.send_back_reasons",
)
PLACEMENT_STATE = RefusalKind(
    "ADM-121", "{number} 现在是“{state}”，不能{act}。", "请刷新页面，查看最新状态。", status=409
)
DECISION_UNKNOWN = RefusalKind("ADM-122", "没有“{given}”这种审核结论。", "请选择“录取”或“退档”。")
REVIEW_WAITING = RefusalKind(
    "ADM-123", "还有 {count} 份档案没有审核：{schools}。", "请学校办完审核，再进入下一步。", status=409
)
ANSWERS_WAITING = RefusalKind(
    "ADM-124", "还有 {count} 名考生没有确认录取。", "请选择把他们算作确认还是取消录取，再结束确认。", status=409
)
NO_PLACE_TO_ANSWER = RefusalKind("ADM-125", "您现在没有等待确认的录取。", "请查看您的录取结果。", status=409)
SUPPLEMENTARY_MOST = RefusalKind(
    "ADM-126",
    "按规定最多征集 {most} 次，已经征集 {done} 次。",
    "请结束本批次的录取。",
    parameter="admission.supplementary_rounds",
    status=409,
)
NO_VACANCIES = RefusalKind("ADM-127", "“{batch}”没有缺额，不用征集志愿。", "请结束本批次的录取。", status=409)
NOT_SUPPLEMENTED = RefusalKind("ADM-128", "“{batch}”没有规定征集志愿。", "请结束本批次的录取。", status=409)
PLAN_NOT_APPROVED = RefusalKind(
    "ADM-130", "“{programme}”的招生计划没有批准，不能注册学生。", "请先由主管部门批准计划。", status=409
)
NOT_CONFIRMED_YET = RefusalKind(
    "ADM-131", "考生 {number} 还没有确认录取（{state}），不能注册。", "请等考生确认以后再注册。", status=409
)
MODE_DIFFERS = RefusalKind(
    "ADM-132",
    "考生 {number} 录取的是{mode}，不能按{given}注册。",
    "全日制和非全日制分别注册；请按录取的学习形式办理。",
    parameter="admission.modes_apart",
    status=409,
)
NO_CURRICULUM = RefusalKind(
    "ADM-133", "“{programme}”没有 {year} 级已发布的人才培养方案。", "请先发布人才培养方案，再注册学生。", status=409
)
SITE_CHECK_MISSING = RefusalKind(
    "ADM-134",
    "没有写明{what}的结果。",
    "注册以前网上审核和现场核查都要做；请填写结果。",
    parameter="admission.registration_checks",
)

BRANCH_UNAPPROVED = RefusalKind(
    "ADM-135",
    "“{place}”是{school}的分校或教学点，没有登记当地主管部门的批准，不能在那里注册学生。",
    "请先办妥批准，由主管部门在学校的页面登记批准文件；批准以前不能注册。",
    parameter="admission.registration_bars",
    status=409,
)
COOPERATION_UNFILED = RefusalKind(
    "ADM-136",
    "{school}在“{place}”合作办学，没有登记当地主管部门的备案，不能注册学生。",
    "请先办妥合作办学备案，由主管部门在学校的页面登记备案文件；备案以前不能注册。",
    parameter="admission.registration_bars",
    status=409,
)
REGISTRATION_BY_CASE = RefusalKind(
    "ADM-137",
    "{school}的新生要先由主管部门网上审核、实地核查，不能由学校直接注册。",
    "请选好考生、编好学号，报送注册审核；核查属实的，办结时自动注册。",
    parameter="admission.registration_case_schools",
    status=409,
)
REGISTRATION_RUNNING = RefusalKind(
    "ADM-138", "{mode}新生的名册正在办件 {case} 里审核。", "请等它办结，或者撤回以后重新报送。", status=409
)
NOTHING_TO_REGISTER = RefusalKind("ADM-139", "没有选择要报送的考生。", "请至少选择一名已确认的考生。")
FEWER_SEEN = RefusalKind(
    "ADM-161",
    "名册上有 {count} 人，核查时在校只有 {seen} 人。",
    "请退回学校更正名册，去掉没有到校的学生，再准予注册。",
    parameter="admission.registration_checks",
    status=409,
)
CHECKED_WHEN = RefusalKind("ADM-162", "核查日期不能是 {given}。", "请填写 {first} 到 {last} 之间的日期。")
SITE_KIND = RefusalKind("ADM-043", "没有“{given}”这种办学性质。", "请选择“学校本部”“分校或教学点”或“合作办学”。")
SITE_DOCUMENT = RefusalKind("ADM-044", "没有写明{what}。", "请写明办学地点、批准或备案的文件和日期。")
SITE_THERE = RefusalKind("ADM-045", "“{name}”已经登记过。", "请核对已有的登记；有变化的，先终止原来的。", status=409)
SITE_FUTURE = RefusalKind("ADM-041", "批准或备案的日期 {given} 还没有到。", "请填写文件上的日期。")

# ---- advertisements -------------------------------------------------------------------------------------------------
ADVERTISEMENT_EMPTY = RefusalKind("ADM-163", "没有填写{what}。", "请填写完整，批准的部门按它审查。")
ADVERTISEMENT_NOT_ASKED = RefusalKind(
    "ADM-164", "{region}没有招生广告审批的规定。", "不用在这里报送；发布的内容应当与备案的招生简章一致。", status=409
)
ADVERTISEMENT_UNKNOWN = RefusalKind("ADM-165", "没有找到这份招生广告。", "请从列表里重新选择。", status=404)

# ---- sanctions ------------------------------------------------------------------------------------------------------
SCHOOL_CLOSED = RefusalKind(
    "ADM-166",
    "第 {ordinal} 志愿（{unit}）：{why}",
    "这所学校今年不再招生；请删去这个志愿，改选其他学校。",
    parameter="admission.qualified_list",
    status=409,
)
SANCTION_KIND = RefusalKind(
    "ADM-167", "“{given}”不在规定的处理方式里。", "请从下面选择：{known}。", parameter="admission.sanctions"
)
SANCTION_WORDS = RefusalKind("ADM-168", "没有写明{what}。", "学校和考生都会看到它，请写完整。")
SANCTION_NOTHING = RefusalKind(
    "ADM-169", "{school}今年本来就不在具备招生资格的学校名单里。", "没有资格可以取消；请核对学校。", status=409
)
SANCTION_PLACES = RefusalKind(
    "ADM-171",
    "{school}还有 {count} 名已投档或已录取、还没有注册的考生，没有写明怎样安排。",
    "请选择取消这些录取（考生可以参加征集志愿），或者暂时保留。",
    status=409,
)
SANCTION_IN_FORCE = RefusalKind(
    "ADM-172",
    "{school}正按{document}停止招生，资格不能在这里改动。",
    "请到学校的页面解除处理，写明解除的文件和理由；上级作出的，由上级解除。",
    status=409,
)
SANCTION_FROM_ABOVE = RefusalKind(
    "ADM-175",
    "{school}是由{region}按{document}停止招生的，不能在这里解除。",
    "请由{region}的主管部门解除；情况有变化的，向它书面说明。",
    status=409,
)
SANCTION_NONE = RefusalKind("ADM-173", "{school}没有正在执行的处理。", "请刷新页面，查看最新状态。", status=409)

# ---- appeals --------------------------------------------------------------------------------------------------------
APPEAL_ABOUT = RefusalKind("ADM-140", "“{given}”不在可以复核的事项里。", "请从下面选择：{known}。")
APPEAL_GROUNDS = RefusalKind("ADM-141", "没有写明复核的理由。", "请写明哪里不对、依据是什么。")
APPEAL_OPEN = RefusalKind(
    "ADM-142", "您对这一轮的复核申请（{number}）还在办理。", "请等它办完，或者在办件里补充材料。", status=409
)
NO_RESULT_YET = RefusalKind("ADM-143", "这一轮的结果还没有公布，不能申请复核。", "请在结果公布以后申请。", status=409)
RERUN_NOTHING = RefusalKind("ADM-144", "没有更正任何内容。", "请至少更正一项再重算。")
RERUN_UNKNOWN_FIELD = RefusalKind("ADM-145", "不能更正“{given}”。", "可以更正的有：{known}。")
RERUN_NEEDED = RefusalKind(
    "ADM-146", "还没有按更正的内容重算，不能作出改变结果的决定。", "请先重算，看清楚影响到谁，再作决定。", status=409
)
APPEAL_EFFECT = RefusalKind("ADM-147", "没有写明同意复核以后怎样处理。", "请选择“更正记录”“增加名额”“改录”其中一种。")
APPEAL_NO_GAIN = RefusalKind(
    "ADM-148", "重算以后申请人的结果没有变化，不能{act}。", "请核对更正的内容，或者作出维持原结果的决定。", status=409
)
APPEAL_CLOSED = RefusalKind("ADM-149", "这份复核申请已经办结。", "请查看办理结果。", status=409)

# ---- openings -------------------------------------------------------------------------------------------------------
OPENING_EMPTY = RefusalKind("ADM-160", "“{title}”没有内容。", "请填写内容或者上传文件。")

# ---- people ---------------------------------------------------------------------------------------------------------
MERGE_TWO_CANDIDATES = RefusalKind(
    "ADM-170",
    "两条记录都参加了同一年的招生，合并以后一个人会有两份报名或者两个录取。",
    "请先由招生主管部门核实并撤回其中一份，再合并。",
    status=409,
)
