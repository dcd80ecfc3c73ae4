"""Refusals about titles and registers: 001–019 in definitions, 101–199 in what is done, 201–209 when verifying."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

# ---- definitions -------------------------------------------------------------------------------------------------
EFFECT_WITHOUT = RefusalKind(
    "TTL-001",
    "结果“{outcome}”写了 effect: {effect}，但事项没有写 {key}。",
    "授予称号的事项写 grants，续期、暂停、恢复、撤销称号的事项写 about；不涉及称号的，删去 effect。",
)
NEVER_GRANTS = RefusalKind(
    "TTL-002", "写了 {key}，却没有任何结果写 effect。", "请在相应的结果上写 effect，或者删去 {key}。"
)
FIELD_UNKNOWN = RefusalKind(
    "TTL-003",
    "“{key}”写的是“{given}”，申报表里没有这一栏。",
    "请写 declared. 加申报表里一栏的编号；现有的栏目有：{known}。",
)
PUBLIC_UNKNOWN = RefusalKind(
    "TTL-004", "公开的内容里写了“{given}”，名册里没有这一项。", "可以写的有：{known}；证件号码和联系方式不能公开。"
)
HOLDER_MISMATCH = RefusalKind(
    "TTL-005",
    "称号授予{holder}，但这个事项由{declarer}提出，办件里没有这一方。",
    "请改 holder，或者改由谁提出。",
)
BAD_DAY_OF_YEAR = RefusalKind(
    "TTL-006", "每年的开办日“{given}”不是一年中的一天。", '请按“月-日”用引号写，例如 "11-01"；不能写 2 月 29 日。'
)
OPENS_WITHOUT_ABOUT = RefusalKind(
    "TTL-007", "写了 opens，却没有写 about。", "逐件开办只能对名册里的称号，请写明 about: {{register: …}}。"
)
WRONG_SUBJECT = RefusalKind("TTL-008", "关于称号的事项，subject 写的是“{given}”。", "请写 subject: {wanted}。")
TARGET_UNKNOWN = RefusalKind("TTL-009", "目标“{given}”不是政策参数。", "请写政策参数的全名；没有目标的，删去 target。")

REPLACES_UNUSED = RefusalKind(
    "TTL-014",
    "写了 grants.replaces，却用不上：没有结果写 effect: exchange，或者办件本来就关于一个称号（about）。",
    "换发的是办件所关于的称号时，删去 replaces；换发持有人在别的名册里的称号时，在结果上写 effect: exchange。",
)
REPLACES_ITSELF = RefusalKind(
    "TTL-015",
    "grants.replaces 写的是本事项自己的名册“{register}”。",
    "同一名册里改变等级，直接写 effect: grant；要换成另一个称号的，写成关于这一称号的事项（about）。",
)
REPLACES_UNKNOWN = RefusalKind(
    "TTL-016", "grants.replaces 说的名册“{register}”，没有任何事项往里登记。", "请改正名册的编号；现有的有：{known}。"
)

AIM_SHAPE = RefusalKind(
    "TTL-010",
    "名册目标“{id}”写得不对：{why}。",
    "请写 register 和 parameter，可以再写 name、level、scope、of；写法见《事项定义写法》。",
)
AIM_REGISTER = RefusalKind(
    "TTL-011",
    "名册目标“{id}”说的名册“{register}”，没有任何事项往里登记。",
    "请改成授予称号的事项在 grants 里写的 register；现有的有：{known}。",
)
AIM_LEVEL = RefusalKind(
    "TTL-012", "名册目标“{id}”说的{what}“{given}”，名册“{register}”里没有。", "可以写的有：{known}。"
)
AIM_PARAMETER = RefusalKind(
    "TTL-013",
    "目标“{given}”没有可用的数：{why}。",
    "请改成单位是 count（带 of 的可以是 percent）、bound 是 target 的政策参数，并写对 scope。",
)

# ---- titles ------------------------------------------------------------------------------------------------------
TITLE_UNKNOWN = RefusalKind(
    "TTL-101",
    "没有找到编号为“{number}”的称号。",
    "请核对编号：它印在证书上，共 13 位，例如 2025-7KQ9MM3T。",
    status=404,
)
REGISTER_UNKNOWN = RefusalKind("TTL-102", "没有名为“{register}”的名册。", "请从名册目录里选择。", status=404)
ALREADY_HELD = RefusalKind(
    "TTL-103",
    "{holder}已经有“{title}”，编号{number}，现在{state}。",
    "要续期、恢复或者变更的，请办理关于这一称号的事项。",
    status=409,
)
CANNOT_NOW = RefusalKind(
    "TTL-104", "编号{number}的称号现在{state}，不能{what}。", "请先核对名册里这一称号的经过。", status=409
)
NOT_HOLDER = RefusalKind(
    "TTL-105", "编号{number}的称号属于{holder}，这件事要由持有人提出。", "请由持有人或者主管部门办理。", status=403
)
OTHER_REGISTER = RefusalKind(
    "TTL-106", "编号{number}的称号不在“{title}”所管的名册里。", "请从该称号的页面选择可以办理的事项。"
)
NO_HOLDER = RefusalKind("TTL-107", "办件里没有{holder}，称号不知授予谁。", "请退回申报，补上{holder}后再办。")
LEVEL_MISSING = RefusalKind("TTL-108", "申报里没有填“{field}”，称号的{what}定不下来。", "请退回申报，补填后再办。")
BAD_DAY = RefusalKind("TTL-109", "日期“{given}”读不懂。", "请按 2025-09-01 的样子填写，或者留空看今天。")
EXISTING_EARLIER = RefusalKind(
    "TTL-110", "编号{number}的称号在{last}已经有记录，不能再登记更早一天的变化。", "请核对办理的日期。", status=409
)

NOTHING_TO_EXCHANGE = RefusalKind(
    "TTL-111",
    "持有人在名册“{register}”里没有有效的称号，没有可以换发的。",
    "请先核对名册；第一次授予的，请办理授予的事项。",
    status=409,
)
SEVERAL_TO_EXCHANGE = RefusalKind(
    "TTL-112",
    "持有人有几个可以换发的称号：{numbers}，定不下来换哪一个。",
    "请从要换发的那个称号的页面办理，或者在申报里写明对象。",
    status=409,
)
OTHER_HOLDER = RefusalKind(
    "TTL-113", "编号{number}的称号与要授予的称号，一个属于个人，一个属于单位，不能换发。", "请核对事项定义里的 holder。"
)

# ---- verifying ---------------------------------------------------------------------------------------------------
CHAIN_BROKEN = RefusalKind(
    "TTL-201", "称号{number}第{sequence}条记录的校验值对不上。", "请从备份核对这一条记录，并查明何人何时改动。"
)
ENTRY_MISSING = RefusalKind("TTL-203", "办件{public_id}的结果“{outcome}”没有记进名册。", "请查明原因，由主管部门补记。")
STANDING_DIFFERS = RefusalKind(
    "TTL-202", "称号{number}存着的“{what}”与由记录推得的不同。", "请以记录为准更正，并查明原因。"
)
LINK_BROKEN = RefusalKind(
    "TTL-204",
    "称号{number}第{sequence}条记录说与{other}换发，那个称号却没有对应的记录。",
    "请从备份核对两个称号的记录，并查明原因。",
)
