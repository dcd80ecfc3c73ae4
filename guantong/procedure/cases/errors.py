"""Every refusal of the procedure engine: PRC-0xx definitions, PRC-1xx cases, PRC-2xx findings of the replay."""

from guantong.kernel.refusal import RefusalKind

# ---- definitions -------------------------------------------------------------------------------------------------
NOT_A_DEFINITION = RefusalKind(
    "PRC-001", "这里应当是一项事项定义，读到的却是{found}。", "请按《事项定义写法》以“名称: 内容”的形式逐项填写。"
)
UNKNOWN_KEY = RefusalKind("PRC-002", "不认识“{key}”这一项。", "{hint}可以写的有：{known}。请改正拼写或删去。")
MISSING_KEY = RefusalKind("PRC-003", "缺少“{key}”这一项。", "请补上：{meaning}。")
WRONG_SHAPE = RefusalKind("PRC-004", "“{key}”应当是{expected}，写的却是“{given}”。", "{hint}请改为{expected}。")
DUPLICATE_ID = RefusalKind("PRC-005", "编号“{id}”用了两次。", "每个{what}的编号只能用一次，请给其中一个换编号。")
UNKNOWN_DESTINATION = RefusalKind(
    "PRC-006", "去向“{to}”不是本事项的任何环节或结果。", "{hint}请改为下列之一：{known}；退回来处写 back。"
)
UNREACHABLE_STEP = RefusalKind(
    "PRC-007", "没有任何操作能走到环节“{step}”。", "请在前面某个操作的去向里写上它，或者删去这个环节。"
)
DEAD_END = RefusalKind("PRC-008", "环节“{step}”进得去出不来：{why}。", "请给它至少一个最终通向结果的操作。")
MISSING_ROLE = RefusalKind("PRC-009", "没有说清由谁办理：{why}。", "{hint}请写明岗位，可以写的有：{known}。")
NO_DURATION = RefusalKind(
    "PRC-010", "期限没有着落：{why}。", "请在工作日数、自然日数、月数、年数、已登记的政策参数名称、固定月日当中写一种。"
)
NO_APPEAL = RefusalKind(
    "PRC-011", "没有写明申诉途径。", "请写明可以申诉的结果、期限和受理环节；确实不设的，写明理由和依据。"
)
MISSING_REFERENCE = RefusalKind(
    "PRC-012",
    "{what}没有写{lacking}。",
    "请在 references 里写文件编号和条款；没有文件规定而由本地自定的，写 source: local，并在 note 里说明理由。",
)
UNKNOWN_DOCUMENT = RefusalKind("PRC-013", "依据的文件“{document}”没有登记。", "请先在文件目录中登记，或改正编号。")
BAD_ID = RefusalKind(
    "PRC-014",
    "编号“{id}”不能用：{why}。",
    "编号用小写英文字母开头，后面可用小写字母、数字和下划线（事项编号用连字符）。",
)
UNKNOWN_NEED = RefusalKind("PRC-015", "必备内容“{need}”在本操作里没有对应的一项。", "可以写的有：{known}。")
NO_REASON_ASKED = RefusalKind(
    "PRC-016", "操作“{action}”是{nature}，却不要求说明理由。", "请在必备内容里写上意见、理由或需要更正的内容。"
)
TIMEOUT_UNCLEAR = RefusalKind(
    "PRC-017", "到期怎么办没有说清：{why}。", "可以写：提醒、升级到某岗位、转到某环节或结果。"
)
OUTCOME_NEVER = RefusalKind(
    "PRC-018", "没有任何操作会得出结果“{outcome}”。", "请在某个操作的去向里写上它，或者删去这个结果。"
)
APPEAL_MISMATCH = RefusalKind("PRC-019", "申诉的写法对不上：{why}。", "请让可申诉的结果、受理环节与结果一一对应。")
BAD_DIFFERENT_FROM = RefusalKind("PRC-020", "回避的环节“{step}”写得不对。", "请写本事项中另一个环节的编号。")
BACK_FROM_NOWHERE = RefusalKind(
    "PRC-021", "环节“{step}”写了退回来处，但它是起点，没有来处。", "请写明要去的环节，或另设一个更正环节。"
)
BAD_PARAMETER_UNIT = RefusalKind(
    "PRC-024",
    "政策参数“{parameter}”的单位是“{unit}”，不能当期限用。",
    "期限的参数应以工作日、自然日、月或年为单位，请换一个。",
)
NEVER_ASKED = RefusalKind(
    "PRC-034", "写了“{key}”，却没有任何操作用到它。", "请在提交的操作的 needs 里写上 {gate}，或者删去这一部分。"
)

BAD_PARALLEL = RefusalKind("PRC-035", "并行评议写得不对：{why}。", "请写明各评议方、通过的条件和评议后的去向。")
BAD_CHOICES = RefusalKind(
    "PRC-036", "操作“{action}”的可选去向写得不对：{why}。", "去向写 chosen 时，在 choices 里列出至少两个环节或结果。"
)
BAD_SUSPENSION = RefusalKind("PRC-037", "暂停办理写得不对：{why}。", "请写明由谁决定、最多多少天、几次，并写明依据。")
BAD_ONLY_ITEMS = RefusalKind(
    "PRC-038",
    "环节“{step}”只许更正点名的内容，但{why}。",
    "请只在申请人更正的环节写，并让退回的操作逐项写明要更正什么。",
)
BAD_BRANCH = RefusalKind(
    "PRC-039", "“{branch}”条线写在了{place}。", "条线只能写在归某一级主管部门办理的环节，可以写的有：{known}。"
)

UNKNOWN_SUBJECT = RefusalKind(
    "PRC-052",
    "没有程序办理“{subject}”，写了它的事项谁也提不出来。",
    "{hint}可以写的有：{known}。一般的申报写 projects.declaration，关于称号的写 registers.title。",
)
UNKNOWN_SYSTEM = RefusalKind(
    "PRC-053", "制度地图里没有编号“{system}”。", "{hint}请从 docs/systems.md 里选最接近的一项制度的编号。"
)
UNKNOWN_REGISTER = RefusalKind(
    "PRC-054",
    "没有任何事项往名册“{register}”里登记称号，关于它的事项永远办不了。",
    "{hint}请改成授予称号的事项在 grants 里写的 register，可以写的有：{known}。",
)

FILE_UNREADABLE = RefusalKind("PRC-025", "打不开文件“{file}”。", "请核对文件名，并确认它是 UTF-8 编码的文字。")

BAD_FROM = RefusalKind(
    "PRC-059", "栏目由系统的事实“{fact}”填入，写得不对：{why}。", "请换一项系统登记的事实，或者改栏目的种类。"
)
BAD_WHEN = RefusalKind(
    "PRC-061",
    "“{action}”按所填内容分去向，写得不对：{why}。",
    "请在 when 里一条写一种情形（fact、要求、to 和依据），最后一条只写 to 和依据。",
)

EXAMPLE_SHAPE = RefusalKind("PRC-041", "例子“{name}”写得不对：{why}。", "请按《事项定义写法》中“例子”一节改正。")
EXAMPLE_FAILS = RefusalKind(
    "PRC-042", "例子“{name}”不成立：应当是{expected}，得到的是{got}。", "请核对事项定义、政策参数或这个例子。"
)
NO_EXAMPLES = RefusalKind(
    "PRC-043", "事项“{id}”还没有例子。", "请在 cases/procedures/{id}.yaml 里至少写一个办得成的和一个被拒绝的例子。"
)

# ---- cases -------------------------------------------------------------------------------------------------------
NO_SUCH_PROCEDURE = RefusalKind(
    "PRC-101",
    "{region}在{day}没有名为“{definition}”的事项。",
    "请核对日期和地区，或查看政策依据中的事项目录。",
    status=404,
)
CASE_NOT_FOUND = RefusalKind(
    "PRC-102",
    "没有找到编号为“{public_id}”的办件，或者它不在您的办理范围内。",
    "请核对编号；需要查看的，请联系办理单位。",
    status=404,
)
ALREADY_DECIDED = RefusalKind(
    "PRC-103",
    "这件事在您打开页面之后已经有人办理：{who}于{when}{what}。您刚才的操作没有保存，已经办理的内容不受影响。",
    "请重新打开页面，看过新的情况再决定是否还需要办理。",
    status=409,
)
NOT_AVAILABLE = RefusalKind(
    "PRC-104", "办件现在处于“{step}”，不能进行“{action}”。", "现在可以进行的有：{known}。", status=409
)
NOT_YOUR_ROLE = RefusalKind(
    "PRC-105",
    "“{step}”由{role}办理，您没有这个岗位。",
    "请转给该岗位的同事；岗位有变动的，请本单位登记后再办。",
    status=403,
)
OTHER_ORGANISATION = RefusalKind(
    "PRC-106", "这件由{organisation}的{role}办理，您的岗位在别的单位。", "请由该单位办理。", status=403
)
OWN_CASE = RefusalKind(
    "PRC-107", "这是您本人的办件，按回避要求不能由您审核。", "请由同岗位的其他同事办理。", status=403
)
SAME_PERSON = RefusalKind(
    "PRC-108", "您已经办理过本件的“{step}”，这一环节须由另一人办理。", "请转给同岗位的其他同事。", status=403
)
OPINION_NEEDED = RefusalKind("PRC-109", "进行“{action}”要写明意见。", "请用一两句话写明意见，申请人会看到。")
REASONS_NEEDED = RefusalKind("PRC-110", "进行“{action}”要选明理由。", "请从列出的理由中至少选一条，必要时再写意见。")
ITEMS_NEEDED = RefusalKind("PRC-111", "进行“{action}”要逐项写明需要更正什么。", "请至少写一项，说明改哪里、怎么改。")
FIELD_NEEDED = RefusalKind("PRC-112", "进行“{action}”之前，要先填“{field}”。", "请补填这一项。")
FIELD_WRONG = RefusalKind("PRC-113", "“{field}”{why}。", "请改正后再提交。")
UNKNOWN_FIELD = RefusalKind("PRC-114", "“{action}”没有名为“{field}”的一项。", "请重新打开页面，按页面上的各项填写。")
MATERIAL_NEEDED = RefusalKind("PRC-115", "还缺材料：{title}。", "请先上传，再进行“{action}”。")
MATERIAL_RETURNED = RefusalKind(
    "PRC-116", "材料“{title}”被要求更正，还没有重新上传。", "请上传更正后的文件，再进行“{action}”。"
)
MATERIAL_KIND = RefusalKind(
    "PRC-117", "“{title}”的文件是{found}格式，不在可收的范围内。", "可以上传的格式有：{known}。"
)
MATERIAL_TOO_LARGE = RefusalKind(
    "PRC-118", "“{title}”的文件有{found}兆字节，超过了{most}兆字节。", "请压缩或降低扫描分辨率后再上传。"
)
MATERIAL_NOT_NOW = RefusalKind(
    "PRC-119",
    "办件现在处于“{step}”，不能增加或更换材料。",
    "退回更正后才能更换；如有补充，请联系正在办理的单位。",
    status=409,
)
UNKNOWN_MATERIAL = RefusalKind("PRC-120", "本事项没有名为“{material}”的材料。", "本事项的材料有：{known}。")
TIME_RUN_OUT = RefusalKind(
    "PRC-121", "“{step}”的期限到{due}为止，已经过了。", "这件会按规定转入“{to}”，不能再在这一环节办理。", status=409
)
APPEAL_LATE = RefusalKind("PRC-122", "申诉要在{due}二十四时以前提出，现在已经过了。", "{further}", status=409)
NOT_APPEALABLE = RefusalKind("PRC-123", "“{outcome}”不能在这里申诉：{why}。", "{further}", status=409)
NO_WITHDRAWAL = RefusalKind("PRC-124", "办件现在处于“{step}”，不能撤回。", "可以撤回的环节有：{known}。", status=409)
NO_EXTENSION = RefusalKind("PRC-125", "“{step}”的期限不能延长：{why}。", "请在{due}以前办结。", status=409)
EXTENSION_REASON = RefusalKind("PRC-126", "延长期限要写明理由。", "请写明为什么不能按期办结，申请人会看到。")
CASE_CLOSED = RefusalKind(
    "PRC-127", "这件已经办结：{outcome}。", "需要更改的，请重新申请或按决定书写明的途径提出。", status=409
)
MAY_NOT_DECLARE = RefusalKind(
    "PRC-128", "“{title}”由{who}提出，您的身份不符。", "请由本人或本单位有相应岗位的人提出。", status=403
)
NOBODY_RESPONSIBLE = RefusalKind(
    "PRC-129", "“{step}”找不到办理单位：{why}。", "请先在机构登记中补上{missing}，再办理本件。"
)
CASE_RUNNING = RefusalKind(
    "PRC-130",
    "同一事由已经有一件“{title}”正在办理，编号是{public_id}。",
    "请在那一件里继续，或撤回后重新提出。",
    status=409,
)
UNKNOWN_REASON = RefusalKind("PRC-131", "没有编号为“{reason}”的理由。", "请从页面列出的理由中选择。")
UNKNOWN_ITEM = RefusalKind("PRC-132", "需要更正的内容“{item}”写得不全。", "每一项都要写明是哪一项、怎样更正。")
OPINION_TOO_LONG = RefusalKind("PRC-133", "意见有{found}个字，超过了{most}个字。", "请写得简短些，详细说明可作为附件。")
NOT_TO_DO = RefusalKind("PRC-134", "办件现在等候{who}办理，不在您这里。", "轮到您时，待办里会出现这一件。", status=403)
BAD_PAGE = RefusalKind("PRC-135", "页码“{given}”读不懂。", "请从第一页重新翻起。", status=404)

TOO_MANY_ITEMS = RefusalKind("PRC-136", "需要更正的内容有{found}项，超过了{most}项。", "请合并相近的各项。")
SECOND_FACTOR = RefusalKind(
    "PRC-137",
    "您有“{role}”岗位，但本次登录还不能以这个岗位办理。",
    "请先完成第二次验证或更改初始密码，再回来办理。",
    status=403,
)
OTHER_DEPARTMENT = RefusalKind(
    "PRC-138", "这件由{department}的{role}办理，您的岗位在别的部门。", "请由该部门的同事办理。", status=403
)
NOT_DECLARER = RefusalKind(
    "PRC-139", "只有提出这件事的一方才能进行“{action}”。", "请由申请人或提出单位办理。", status=403
)
GROUNDS_NEEDED = RefusalKind("PRC-140", "申诉要写明理由。", "请写明哪一点您不同意、为什么。")
FILE_NOT_YOURS = RefusalKind("PRC-141", "没有找到要提交的文件，或者它不是您上传的。", "请重新上传文件。", status=404)
NO_SUCH_MATERIAL = RefusalKind(
    "PRC-142", "没有找到要更换的材料，或者它已经换过。", "请重新打开页面再更换。", status=409
)

OWN_ORGANISATION = RefusalKind(
    "PRC-148",
    "您在{organisation}也有岗位，按回避要求不能审核这个单位的办件。",
    "请由同岗位的其他同事办理。",
    status=403,
)
ALREADY_VOTED = RefusalKind("PRC-149", "您已经在“{step}”表决过，一人只表决一次。", "请等其他评议方表决。", status=409)
SUSPENDED = RefusalKind(
    "PRC-150",
    "“{step}”已经暂停办理，最晚到{until}恢复。",
    "恢复办理以后再进行；暂停的原因已不存在的，请先恢复。",
    status=409,
)
NO_SUSPENSION = RefusalKind(
    "PRC-151", "“{step}”不能暂停办理：{why}。", "请继续办理；确需延长的，看看能否延长期限。", status=409
)
SUSPENSION_REASON = RefusalKind("PRC-152", "{what}要写明理由。", "请写明为什么，申请人会看到。")
NOT_SUSPENDED = RefusalKind("PRC-153", "“{step}”没有暂停，不用恢复。", "请直接办理。", status=409)
CHOICE_NEEDED = RefusalKind("PRC-154", "进行“{action}”要选明转到哪里。", "可以选的有：{known}。")
ONLY_ITEMS = RefusalKind(
    "PRC-155",
    "这一次只能更正点名的内容，“{what}”没有被点名，不能改动。",
    "可以更正的有：{known}。其他内容确需改动的，请联系办理单位。",
    status=409,
)
ITEM_NOT_PLACED = RefusalKind(
    "PRC-156", "需要更正的“{item}”没有指明是哪一栏或哪份材料。", "请从列出的各项里选：{known}。"
)
UNDER_REVIEW = RefusalKind(
    "PRC-157",
    "申报已经提交，现在由{who}办理，内容不能改动。",
    "发现错误的，请联系办理单位退回更正，或撤回后重新提出。",
    status=409,
)
OWN_LEVEL = RefusalKind(
    "PRC-158", "“{step}”该由{organisation}办理，而这件正是它自己的。", "请改由上一级办理的事项，或联系上级主管部门。"
)

MIGRATION_MAPPING = RefusalKind("PRC-159", "对应关系里的“{step}”不是新版本的环节。", "新版本的环节有：{known}。")
MIGRATION_REASON = RefusalKind(
    "PRC-160", "让在办的办件改用新版本，要写明理由。", "请写明依据和理由，每一件的记录里都会留下。"
)
MIGRATION_BY = RefusalKind(
    "PRC-162", "没有名为“{name}”的账号。", "请用 --by 写明由哪个账号决定；只想看看的，请用 --dry-run。"
)
MIGRATION_AREA = RefusalKind(
    "PRC-161", "地区{region}不在您单位的管辖范围内。", "请由该地区或其上级主管部门办理。", status=403
)

MANY_TOO_MANY = RefusalKind("PRC-163", "一次选了{found}件，最多{most}件。", "请分几次办理。")
MANY_NONE = RefusalKind("PRC-164", "还没有选中任何办件。", "请在列表里勾选要一起办理的各件。")
MANY_MIXED = RefusalKind(
    "PRC-165", "选中的办件不在同一事项的同一环节，不能一起办理。", "请只勾选“{step}”的各件，其余的分开办理。"
)
MANY_OWN_FORM = RefusalKind(
    "PRC-166", "“{action}”每件要填的内容不同，不能成批办理。", "请逐件打开办理；可以成批办理的有：{known}。"
)

FORM_INCOMPLETE = RefusalKind("PRC-143", "这一页送来的内容不完整，没有办理。", "请重新打开办件的页面，再办一次。")

DEFINITION_BROKEN = RefusalKind(
    "PRC-144",
    "“{definition}”的办理规定正在更正，暂时不能提出新的申请。",
    "已经提出的办件照常办理；请过一段时间再试，急需办理的请联系办理单位。",
    status=503,
)

# ---- findings of the replay --------------------------------------------------------------------------------------
CHAIN_BROKEN = RefusalKind(
    "PRC-201", "办件{public_id}第{sequence}条记录的校验值对不上。", "请从备份核对这一条记录，并查明何人何时改动。"
)
SEQUENCE_BROKEN = RefusalKind(
    "PRC-202", "办件{public_id}的记录不连续：应为第{expected}条，读到第{found}条。", "请从备份补回缺失的记录。"
)
STATE_DIFFERS = RefusalKind(
    "PRC-203",
    "办件{public_id}存着的“{what}”是“{stored}”，由记录推得的是“{derived}”。",
    "请以记录为准更正，并查明原因。",
)
STEP_IMPOSSIBLE = RefusalKind(
    "PRC-204", "办件{public_id}第{sequence}条记录在事项定义里走不通：{why}。", "请从备份核对这一条记录。"
)
TAIL_DIFFERS = RefusalKind(
    "PRC-205", "办件{public_id}的末条记录与办件上存着的校验值对不上。", "可能有记录被删去，请从备份核对。"
)
REASSIGN_REASON = RefusalKind("PRC-175", "转交要写明理由。", "请写明为什么转交，办理经过里会留下。")
REASSIGN_WHOM = RefusalKind(
    "PRC-176", "不能转交给这个人。", "请选同岗位、没有回避情形的同事；名单里没有的，先由系统管理人员授予岗位。"
)
NOT_SPREAD = RefusalKind("PRC-177", "这一件现在不在可以分派的环节。", "请刷新页面，看它现在等谁办理。", status=409)
VERSION_ALTERED = RefusalKind(
    "PRC-206", "事项“{title}”存着的定义与它的校验值对不上。", "请从备份恢复该版本的定义；在办件不应改用别的版本。"
)
DEADLINE_DIFFERS = RefusalKind(
    "PRC-207", "办件{public_id}的期限记录与所处环节对不上：{why}。", "请按记录重新生成期限，并查明原因。"
)
WAY_UNKNOWN = RefusalKind(
    "PRC-171", "“{action}”按所填内容该转到哪里，现在定不下来：{why}", "请联系办理单位核对适用的规定，再办理。"
)
