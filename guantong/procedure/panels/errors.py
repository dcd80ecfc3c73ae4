"""Every refusal of panels: PAN-0xx definitions, 1xx pools and reviewers, 2xx draw, scores, closing, 3xx recomputing."""

from guantong.kernel.refusal import RefusalKind

# ---- definitions -------------------------------------------------------------------------------------------------
PANEL_UNCLEAR = RefusalKind("PAN-001", "专家评审没有说清：{why}。", "{do}")

# ---- pools and reviewers -------------------------------------------------------------------------------------------
POOL_UNKNOWN = RefusalKind(
    "PAN-101", "{region}没有名为“{pool}”的评审专家库。", "请先建立专家库并登记专家，再抽取。", status=404
)
NOT_YOUR_POOL = RefusalKind(
    "PAN-102",
    "这个专家库由{region}的主管部门维护，您的岗位不在那里。",
    "请由该主管部门的审核人或审批人办理。",
    status=403,
)
NOT_A_PERSON = RefusalKind(
    "PAN-103", "账号“{username}”没有登记本人身份，不能作评审专家。", "请先由本人完成身份登记，回避才能核对。"
)
ALREADY_IN = RefusalKind(
    "PAN-104", "{name}已经在“{pool}”里。", "需要改单位或专业领域的，请在原有记录上修改。", status=409
)
MEMBER_UNKNOWN = RefusalKind("PAN-105", "没有找到这位专家的记录。", "请从专家库重新进入。", status=404)
LEFT_ALREADY = RefusalKind("PAN-106", "{name}已于{day}离开专家库。", "需要重新加入的，请另行登记。", status=409)
DAYS_REVERSED = RefusalKind("PAN-107", "离库日{left}早于入库日{joined}。", "请核对日期。")
ACCOUNT_UNKNOWN = RefusalKind("PAN-108", "没有名为“{username}”的账号。", "请核对账号；还没有账号的，请先开立。")
ORGANISATION_UNKNOWN = RefusalKind(
    "PAN-109", "没有统一社会信用代码为“{code}”的单位。", "请核对代码，或先登记这个单位。"
)
INTEREST_UNCLEAR = RefusalKind(
    "PAN-110", "利害关系没有写全：{why}。", "请写明与哪个单位或哪个人有关，并用一句话说明缘由。"
)
REASON_NEEDED = RefusalKind("PAN-111", "{what}要写明理由。", "请用一两句话写明。")

# ---- draw ------------------------------------------------------------------------------------------------------------
PANEL_UNKNOWN = RefusalKind(
    "PAN-201", "没有找到这次评审，或者它不在您的办理范围内。", "请从办件页面重新进入。", status=404
)
TOO_FEW = RefusalKind(
    "PAN-202",
    "“{label}”要抽{wanted}位专家，专家库里除去回避的只有{found}位。",
    "请先补充专家库，再抽取；已经公布的种子不变。",
    status=409,
)
CAME_MEANWHILE = RefusalKind(
    "PAN-203", "刚才又有{count}件到了这一环节，还没有抽取。", "请再抽取一次，新到的会一并抽取。", status=409
)
NOTHING_TO_DRAW = RefusalKind("PAN-204", "现在没有等候抽取专家的办件。", "办件到了评审环节以后再抽取。", status=409)
SEED_BROKEN = RefusalKind(
    "PAN-205", "封存的种子与公布的校验值对不上，不能抽取。", "请保留现场，查明原因，并在事故记录中写明。", status=409
)
NONE_LEFT = RefusalKind(
    "PAN-206",
    "抽取的次序里已经没有可以接替的专家。",
    "请先补充专家库，再补抽；补抽另行公布种子，只从没有抽到过的专家里抽。",
    status=409,
)
NOT_DRAWN = RefusalKind("PAN-207", "这次评审还没有抽取专家。", "请先抽取。", status=409)

# ---- scores --------------------------------------------------------------------------------------------------------
NOT_YOUR_SEAT = RefusalKind("PAN-210", "没有找到这份评审，或者它不由您评。", "请从您的评审任务进入。", status=404)
RECUSED = RefusalKind(
    "PAN-211", "按回避要求，您不能评这一件：{why}。", "请点“回避”，系统会按抽取的次序请下一位专家接替。", status=403
)
PANEL_CLOSED = RefusalKind(
    "PAN-212", "这一件的评审已经结束，不能再评分。", "如有意见，请向组织评审的单位提出。", status=409
)
SEAT_LEFT = RefusalKind("PAN-213", "您已经退出这一件的评审。", "如有变化，请联系组织评审的单位。", status=409)
SHEET_MOVED = RefusalKind(
    "PAN-214",
    "这份评分表在您打开页面之后已经保存过一次（{at}）。您刚才填的没有覆盖它。",
    "请看过已经保存的内容，再决定是否修改。",
    status=409,
)
POINTS_NEEDED = RefusalKind("PAN-215", "“{title}”还没有评分。", "请评0到{most}分。")
POINTS_WRONG = RefusalKind("PAN-216", "“{title}”{why}。", "请填0到{most}之间的数，最多{places}位小数。")
COMMENT_LONG = RefusalKind("PAN-217", "评语有{found}个字，超过了{most}个字。", "请写得简短些。")
COMMENT_NEEDED = RefusalKind("PAN-218", "提交评分要写总的评语。", "请用一两句话写明主要依据，申报人会看到。")
UNKNOWN_CRITERION = RefusalKind("PAN-219", "评分表没有“{given}”这一项。", "请重新打开页面，按页面上的各项评分。")
CHANGE_REASON = RefusalKind(
    "PAN-220", "这份评分已经提交过，修改要写明理由。", "请写明为什么修改；原来的分数仍保留在记录里。"
)

# ---- closing ---------------------------------------------------------------------------------------------------------
NOT_COMPLETE = RefusalKind(
    "PAN-230", "还有{count}份评分没有提交（{labels}）。", "请催办或按次序更换专家；全部提交后才能得出结果。", status=409
)
STILL_DECLARING = RefusalKind(
    "PAN-231", "本批次到{closes}二十四时才截止，名次要等截止以后才能排。", "请在截止以后再汇总。", status=409
)
OTHERS_COMING = RefusalKind(
    "PAN-232",
    "本批次还有{count}件在前面的环节，没有参加评审，现在排名会漏掉它们。",
    "请等它们到齐；确需先行汇总的，写明理由，它们另行评审，只能用余下的名额。",
    status=409,
)
QUOTA_SILENT = RefusalKind(
    "PAN-233", "按名额“{quota}”取前几名，名额却没有着落：{why}。", "请先登记这一名额的数目。", status=409
)

# ---- recomputing ----------------------------------------------------------------------------------------------------
FILE_UNREADABLE = RefusalKind("PAN-301", "读不懂文件“{file}”：{why}。", "请重新下载抽取与评分记录，不要改动其中内容。")
COMMITMENT_DIFFERS = RefusalKind(
    "PAN-302", "公开的种子与事先公布的校验值对不上。", "请要求组织评审的单位说明；这次抽取不能算数。"
)
DRAW_DIFFERS = RefusalKind(
    "PAN-303", "办件{case}：由种子重新推得的专家与记录的不同。", "请要求组织评审的单位说明；差异从第{position}位开始。"
)
SCORE_DIFFERS = RefusalKind(
    "PAN-304", "办件{case}：由评分重新算得{expected}分，记录的是{found}分。", "请要求组织评审的单位说明。"
)
RANK_DIFFERS = RefusalKind("PAN-305", "办件{case}：重新排得{expected}，记录的是{found}。", "请要求组织评审的单位说明。")
SHEETS_DIFFER = RefusalKind(
    "PAN-306", "办件{case}：评分的专家与抽到的专家对不上，或者评分不在规定的范围里。", "请要求组织评审的单位说明。"
)
RESULT_DIFFERS = RefusalKind(
    "PAN-308", "办件{public_id}的评审结果与办件记录对不上。", "请从备份核对，并在事故记录中写明原因。"
)
EVENTS_BROKEN = RefusalKind(
    "PAN-307", "评审{panel}的第{sequence}条记录与校验值对不上。", "请从备份核对，并在事故记录中写明原因。"
)
