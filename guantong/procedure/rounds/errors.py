"""Every refusal of rounds and quotas: ROU-0xx definitions, 1xx rounds, 2xx quotas, 3xx findings of a recount."""

from guantong.kernel.refusal import RefusalKind

# ---- definitions -------------------------------------------------------------------------------------------------
ROUND_UNCLEAR = RefusalKind(
    "ROU-001",
    "批次没有说清：{why}。",
    "请写每年的起止月日，或者写明由主管部门发通知开放，两者择一；写法见《事项定义写法》。",
)
QUOTA_UNCLEAR = RefusalKind("ROU-002", "名额“{quota}”没有说清：{why}。", "{do}")
NO_ROUNDS = RefusalKind("ROU-003", "“{what}”按批次计算，本事项却没有写批次。", "请写上批次，或者改为按年或一次算足。")
EVERY_UNCLEAR = RefusalKind("ROU-004", "几年一次没有说清：{why}。", "请换一个以 years 为单位的参数，或先登记这一参数。")
SHARED_DIFFERS = RefusalKind(
    "ROU-005",
    "几个事项合用的名额“{shared}”写得不一样：“{one}”写的是{here}，“{other}”写的是{there}。",
    "合用的名额在每个事项里都要写成同一个归属、同一个周期、同一个数目。",
)

# ---- rounds ------------------------------------------------------------------------------------------------------
NOT_OPENED = RefusalKind(
    "ROU-101",
    "“{title}”的{round}从{opens}零时起受理，现在还没有开始。",
    "您可以先填写并保存，到时再提交。",
    status=409,
)
CLOSED = RefusalKind(
    "ROU-102",
    "“{title}”的{round}到{closes}二十四时截止，现在已经过了。",
    "{next}确有特殊原因的，请在说明理由后向{who}申请延期。",
    status=409,
)
NO_ROUND = RefusalKind(
    "ROU-103",
    "“{title}”现在没有开放申报。",
    "主管部门发出通知后才能提交；您可以先填写并保存。",
    status=409,
)
NOT_YOURS = RefusalKind(
    "ROU-104",
    "“{title}”的批次由{region}的主管部门管理，您的岗位不在那里。",
    "请由该主管部门的审核人或审批人办理。",
    status=403,
)
NOT_ON_NOTICE = RefusalKind(
    "ROU-105", "“{title}”每年按规定的日期开放，不另发通知。", "需要改变日期的，请延长本批次并说明理由。", status=409
)
DAYS_REVERSED = RefusalKind("ROU-106", "截止日{closes}早于开放日{opens}。", "请把截止日改到开放日当天或以后。")
OVERLAPPING = RefusalKind(
    "ROU-107",
    "这段时间与{round}（{opens}至{closes}）重叠，同一天只能属于一个批次。",
    "请改用那个批次（可以延长），或者把日期错开。",
    status=409,
)
NOTICE_NEEDED = RefusalKind("ROU-108", "开放批次要写明通知的名称和文号。", "请填写名称和文号，没有文号的写“无文号”。")
REASON_NEEDED = RefusalKind("ROU-109", "延长要写明理由。", "请写明为什么延长，申报的人都会看到。")
NOT_LATER = RefusalKind(
    "ROU-110", "新的截止日{new}不晚于现在的截止日{old}。", "截止日只能向后延，不能提前；请写更晚的日期。"
)
ROUND_UNKNOWN = RefusalKind("ROU-111", "没有找到这个批次。", "请从批次列表重新进入。", status=404)
HANDED_IN = RefusalKind("ROU-112", "这一件已于{at}提交，不需要延期。", "补正的期限由办理单位在环节里延长。", status=409)
NO_ROUND_TO_EXTEND = RefusalKind("ROU-113", "“{title}”还没有任何批次，无从延期。", "请先开放一个批次。", status=409)
IN_THE_PAST = RefusalKind("ROU-114", "{day}已经过去。", "请写今天或以后的日期。")

EXTENDED = RefusalKind("ROU-116", "“{title}”的提交期限已延长到{closes}。", "请在新的期限以前提交。", status=409)
DAY_UNREAD = RefusalKind("ROU-115", "“{title}”没有写成日期。", "请写成“2026-03-01”这样的日期。")

TOO_EARLY = RefusalKind(
    "ROU-117",
    "“{title}”每{years}年一次，{last}，下一批次要到{next}年才能开放。",
    "请把开放日改到{next}年1月1日或以后；确需在这一年增加申报的，请延长已有的批次并说明理由。",
    status=409,
)
EVERY_UNKNOWN = RefusalKind(
    "ROU-118",
    "“{title}”几年一次没有着落：政策参数“{parameter}”在{day}没有可用的年数。",
    "请先在政策参数里登记这一年数，并写明依据。",
    status=409,
)

# ---- quotas ------------------------------------------------------------------------------------------------------
QUOTA_FULL = RefusalKind(
    "ROU-201",
    "“{quota}”的名额已经用完：{body}{period}最多{most}个，已用{taken}个{shared}。",
    "请在名额内择优；已占名额的办件退回、不同意或撤回以后，名额会退还。",
    status=409,
)
QUOTA_UNKNOWN = RefusalKind(
    "ROU-202",
    "“{quota}”的名额没有着落：{why}。",
    "请先在政策参数里登记这一数目，并写明依据。",
    status=409,
)
BODY_MISSING = RefusalKind(
    "ROU-203", "“{quota}”按{of}计算，这一件却没有登记{of}。", "请先在机构登记中补上，再办理本件。", status=409
)

# ---- findings of a recount -----------------------------------------------------------------------------------------
COUNT_DIFFERS = RefusalKind(
    "ROU-301",
    "“{quota}”（{body}{period}）登记已用{found}个，由办件记录重新推得{expected}个。",
    "请查明是哪一件，按记录更正计数，并在事故记录中写明原因。",
)
LINES_DIFFER = RefusalKind(
    "ROU-302",
    "办件{public_id}对“{quota}”的占用：名额记录与办件记录对不上。",
    "请查明是哪一条，按办件记录更正，并在事故记录中写明原因。",
)
