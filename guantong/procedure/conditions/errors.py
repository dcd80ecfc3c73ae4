"""Refusals of conditions: PRC-026 … PRC-033 in definitions, PRC-145 … PRC-147 when a declaration does not meet them."""

from guantong.kernel.refusal import RefusalKind

UNKNOWN_FACT = RefusalKind(
    "PRC-026", "条件“{id}”所用的事实“{fact}”没有着落。", "{hint}可以用的有：{known}。请改正名称。"
)
UNKNOWN_PARAMETER = RefusalKind(
    "PRC-027", "条件“{id}”所用的政策参数“{parameter}”没有登记。", "请先登记这个参数，或改正名称。"
)
UNKNOWN_CHECK = RefusalKind("PRC-028", "条件“{id}”所用的专门核对“{check}”没有登记。", "可以用的有：{known}。")
CONDITION_SHAPE = RefusalKind("PRC-029", "条件“{id}”写得不对：{why}。", "请按《事项定义写法》中“条件”一节改正。")
MORE_THAN_LISTED = RefusalKind(
    "PRC-030", "条件“{label}”要求至少{count}项，下面只列了{found}项。", "请改小项数，或补上漏列的条件。"
)
BAD_LIMIT = RefusalKind(
    "PRC-031", "条件“{id}”的要求“{given}”与事实“{fact}”对不上：{why}。", "{hint}请按这项事实的种类改写要求。"
)
CIRCULAR = RefusalKind("PRC-032", "事项“{id}”以自己为前提，谁也办不成：{way}。", "请去掉其中一环的前提条件。")
UNKNOWN_PREREQUISITE = RefusalKind(
    "PRC-033", "事项“{id}”要求先办成“{wanted}”，但没有登记这个事项。", "{hint}请先登记该事项，或改正编号。"
)

NOT_MET = RefusalKind("PRC-145", "条件“{label}”还没有达到：{why}", "{todo}")
NOT_KNOWN = RefusalKind("PRC-146", "条件“{label}”还不能判断：{why}", "{todo}")
TOO_FEW = RefusalKind(
    "PRC-147",
    "“{label}”要求下列{found}项中至少达到{count}项，现在达到{met}项，还差{needed}项。",
    "可以补足的有：{open}。",
)
