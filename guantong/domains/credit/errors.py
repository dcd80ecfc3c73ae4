"""Refusals of the credit bank. Codes are never reused; docs/dev/error-codes.md lists them all."""

from guantong.kernel.refusal import RefusalKind, Weight

ACCOUNT_UNKNOWN = RefusalKind(
    "CRD-001", "没有找到这个学分账户。", "请核对账户号；您只能查看本人或本机构学生的账户。", status=404
)
ACHIEVEMENT_UNKNOWN = RefusalKind("CRD-002", "没有找到这项学习成果。", "请从账户页面重新进入。", status=404)
APPLICATION_UNKNOWN = RefusalKind("CRD-003", "没有找到这份转换申请。", "请从待办或账户页面重新进入。", status=404)
RULES_UNKNOWN = RefusalKind("CRD-004", "没有找到这份转换规则。", "请从规则列表重新进入。", status=404)
CERTIFICATE_UNKNOWN = RefusalKind(
    "CRD-005",
    "查不到编号为“{number}”的证书。",
    "请对照证书右下角的编号重新输入；仍查不到的，请向颁发单位核实。",
    status=404,
)

KIND_UNKNOWN = RefusalKind("CRD-010", "“{given}”不是可以存入的成果类型。", "请改为：{choices}。")
LEVEL_NEEDED = RefusalKind("CRD-011", "{kind}要写明等级。", "请填写以下之一：{choices}。")
LEVEL_UNKNOWN = RefusalKind("CRD-012", "“{given}”不是{kind}的等级。", "请填写以下之一：{choices}。")
ISSUED_IN_FUTURE = RefusalKind(
    "CRD-013", "取得日期 {given} 晚于今天。", "请填写证书或成绩单上的日期；尚未取得的成果不能存入。"
)
VALID_BEFORE_ISSUED = RefusalKind("CRD-014", "有效期至 {until} 早于取得日期 {issued}。", "请核对两个日期。")
HOURS_OUT_OF_RANGE = RefusalKind("CRD-015", "学时 {given} 不在 1 到 {limit} 之间。", "请填写整数学时。")
CREDITS_OUT_OF_RANGE = RefusalKind(
    "CRD-016", "学分 {given} 不在 0 到 {limit} 之间，或多于两位小数。", "请填写不多于两位小数的学分。"
)
HOURS_OR_CREDITS_NEEDED = RefusalKind("CRD-017", "{kind}要写明学时或学分。", "请至少填写“学时”“学分”中的一项。")
TITLE_NEEDED = RefusalKind("CRD-018", "没有填写成果名称。", "请填写课程、证书、培训或奖项的全称。")
NUMBER_NEEDED = RefusalKind("CRD-019", "{kind}要写明证书编号。", "请照证书填写编号，以便查验和防止重复。")
BORN_AFTER_ISSUED = RefusalKind("CRD-020", "取得日期 {issued} 早于本人出生日期。", "请核对取得日期和身份证号。")
PLACE_NEEDED = RefusalKind("CRD-021", "竞赛获奖要写明名次。", "请填写以下之一：{choices}。")
GRADE_NEEDED = RefusalKind(
    "CRD-022", "学校课程要写明成绩。", "请填写百分制成绩或等级（优秀、良好、中等、及格、不及格、合格、不合格）。"
)
PERSON_NAME_DIFFERS = RefusalKind(
    "CRD-023",
    "这个身份证号已登记的姓名与表中“{given}”不同。",
    "请核对姓名和身份证号；确属更名的，请先由经办人在人员登记中更正姓名。",
)
NOT_OUR_LEARNER = RefusalKind(
    "CRD-024",
    "“{name}”没有在本校登记学籍。",
    "确是本校课程的，请在“已核对”前打勾；否则请先登记学籍，或改由实际颁发单位存入这项成果。",
    weight=Weight.PLEASE_CONFIRM,
)
CREDITS_ABOVE_RULE = RefusalKind(
    "CRD-031",
    "申报 {given} 学分，按规则只能认定 {limit} 学分：{why}。",
    "请改为 {limit}，或在“已核对”前打勾，按 {limit} 学分认定；确需超过的，请走成果申报并附证明。",
    parameter="credit.recognition.rule",
    weight=Weight.PLEASE_CONFIRM,
)
ALREADY_DEPOSITED = RefusalKind(
    "CRD-032", "这项成果已经在 {day} 存入，内容完全相同。", "不必再次存入；本行将跳过。", weight=Weight.TIDIED
)
SAME_CERTIFICATE = RefusalKind(
    "CRD-033",
    "编号为“{number}”的{kind}已经记在另一个账户下。",
    "请核对证书编号和身份证号；两人共用一个编号的，请先向颁发单位核实。",
)
SAME_AS_ROW = RefusalKind("CRD-034", "与第 {row} 行是同一项成果。", "请删去其中一行。")

NOT_A_NUMBER = RefusalKind("CRD-035", "{what}“{given}”不是可以使用的数字。", "请填写阿拉伯数字，例如 64 或 2.5。")
NOT_A_DAY = RefusalKind("CRD-036", "{what}没有填写，或不是存在的日期。", "请写成 2025-09-01 的形式。")
ISSUER_NEEDED = RefusalKind("CRD-037", "没有填写颁发单位。", "请照证书或证明填写单位全称。")

NOT_ENOUGH = RefusalKind(
    "CRD-040",
    "“{title}”可使用的学分只有 {available}，不够占用 {wanted}。",
    "它可能正在另一份申请中，或已经用过；请刷新后重新选择。",
    status=409,
)
BELOW_ZERO = RefusalKind("CRD-041", "账户“{bucket}”余额不足，差 {short} 学分。", "请刷新后重试。", status=409)
REASON_NEEDED = RefusalKind("CRD-044", "没有填写理由。", "请用一句话写明理由，它会出现在本人的账户里。")
ACHIEVEMENT_NOT_OPEN = RefusalKind(
    "CRD-045", "“{title}”现在的状态是“{state}”，不能这样处理。", "请刷新页面，查看它的最新状态。", status=409
)

NO_STUDENT_RECORD = RefusalKind(
    "CRD-050", "您在这所学校没有在读学籍，不能申请转换。", "请先由学校登记学籍，或选择您在读的学校。"
)
NO_RULES = RefusalKind(
    "CRD-051", "{school}在 {day} 没有施行中的学分转换规则。", "请向学校教务处了解规则何时施行；成果会一直保留在账户里。"
)
NOTHING_CHOSEN = RefusalKind("CRD-052", "没有选择要转换的成果。", "请至少勾选一项。")
CHOICE_NOT_ALLOWED = RefusalKind(
    "CRD-053", "“{title}”不能按所选方式用于“{course}”：{why}", "请改选，或按页面上的“最优用法”提交。"
)
OPEN_APPLICATION = RefusalKind(
    "CRD-054", "您已有一份申请（{number}）正在审核。", "请等它有结果，或先撤回它再重新提交。", status=409
)
APPEAL_SHORT = RefusalKind(
    "CRD-056",
    "申诉时“{title}”可使用的学分已不足 {wanted}。",
    "这些学分已在别处使用；请撤回那份申请后再申诉。",
    status=409,
)
ITEM_DECISION_NEEDED = RefusalKind("CRD-057", "第 {number} 项没有写明同意还是不同意。", "请逐项选择。")
ITEM_REASON_NEEDED = RefusalKind("CRD-058", "不同意第 {number} 项，但没有写理由。", "请选择理由代码或写明理由。")

REPLAY_DIFFERS = RefusalKind(
    "CRD-065",
    "申请 {number} 现在不能批准：{why}",
    "请报告学分银行的运行维护人员核对记录；核清之前请不要决定。",
    status=409,
)
RULES_STATE = RefusalKind("CRD-060", "这份规则的状态是“{state}”，不能{act}。", "请刷新页面。", status=409)
RULES_DATE = RefusalKind(
    "CRD-061", "施行日期 {given} 早于 {earliest}。", "规则不能溯及既往；请改为 {earliest} 或更晚。"
)
RULES_SAME = RefusalKind("CRD-062", "这份规则与第 {version} 版内容完全相同。", "请修改后再保存。")
RULES_UNREADABLE = RefusalKind("CRD-063", "规则文件读不出来：{why}", "请按“规则怎么写”的说明修改。")
TRIAL_NEEDED = RefusalKind("CRD-064", "提交审核前还没有用以往的申请试算过。", "请先点“试算”，看清谁会多得、谁会少得。")

COMPLETION_NOT_MET = RefusalKind(
    "CRD-070", "还没有修满：还差 {missing} 学分（{courses}）。", "修满后再颁发；可在“完成情况”里看每门课的状态。"
)
CERTIFICATE_ISSUED = RefusalKind(
    "CRD-071", "已经颁发过证书 {number}。", "需要更正的，请用“更正”生成新证书，旧证书会注明由谁替代。", status=409
)
CERTIFICATE_STATE = RefusalKind("CRD-072", "证书 {number} 的状态是“{state}”，不能{act}。", "请刷新页面。", status=409)
PLAN_NEEDED = RefusalKind("CRD-081", "没有选择培养方案。", "请先选一个学校和专业的培养方案，再试算。")
FILE_NEEDED = RefusalKind("CRD-082", "没有选择文件。", "请选择从本平台下载的证书文件（.json）。")
FILE_UNREADABLE = RefusalKind(
    "CRD-083",
    "文件“{name}”不是本平台签发的证书文件。",
    "请选择下载时的原文件，不要改名改内容；也可以改用证书编号查验。",
)

SAME_CERTIFICATE_IN_FILE = RefusalKind(
    "CRD-100", "与第 {row} 行的证书编号相同，身份证号却不同。", "请核对这两行的证书编号和身份证号。"
)
STUDENT_NUMBER_UNKNOWN = RefusalKind(
    "CRD-101", "本校没有登记学号为“{number}”的学生。", "请核对学号；新生请先导入学生名册，再存入成果。"
)
SCHOOL_CODE_OTHER = RefusalKind(
    "CRD-102", "学校代码“{given}”不是本校的代码“{own}”。", "请核对学校代码；别的学校的成果由那所学校存入。"
)
STUDENT_NAME_DIFFERS = RefusalKind(
    "CRD-103", "学号“{number}”登记的姓名与表中“{given}”不同。", "请核对学号和姓名；学号串行时整列都要检查。"
)
LEVEL_NOT_STATED = RefusalKind(
    "CRD-104",
    "看不出这张证书是哪一级：{why}。",
    "请在证书名称里写明等级，例如“电工（中级工）”；不分等级的证书请用“学习成果存入表”存入。",
)
ISSUER_CODE_UNKNOWN = RefusalKind(
    "CRD-105",
    "没有登记编码为“{given}”的发证机构。",
    "请改填发证机构的统一社会信用代码或名称；确实没有登记的，请改用“学习成果存入表”写明颁发单位。",
)
FORM_WITHOUT_LEARNERS = RefusalKind(
    "CRD-106", "这是国家数据标准的“{form}”（{code}），{why}。", "请改用“学习成果存入表”，每名学生的每项成果填一行。"
)
CUMULATIVE_CREDITS = RefusalKind(
    "CRD-107",
    "“{title}”按本学期取得的学分存入。",
    "如果表里是历年累计数，请不要导入，否则各学期会重复计算；确是本学期数的，请在“已核对”前打勾。",
    weight=Weight.PLEASE_CONFIRM,
)
SCHOOL_ONLY = RefusalKind(
    "CRD-108", "“{form}”按学号认人，只有学校能存入。", "请改用“学习成果存入表”，写明姓名和身份证号。"
)
ACADEMIC_YEAR = RefusalKind(
    "CRD-109", "学年“{given}”看不出是哪一年到哪一年。", "请写成 2024-2025 的形式，后一年比前一年大一。"
)

WHICH_ORGANISATION = RefusalKind(
    "CRD-120", "您代表不止一个机构，没有写明由哪个机构存入。", "请在“organisation”里写上机构的编号。"
)
RECORD_NEEDED = RefusalKind(
    "CRD-121",
    "没有找到您编号为“{given}”的学籍。",
    "请改用您自己的学籍编号；不写时使用您现在在读的学籍。",
    status=404,
)
FACTS_FILE = RefusalKind(
    "CRD-122", "文件“{name}”读不出来：{why}。", "请给出 UTF-8 编码的 JSON 文件，写法见 docs/api/credit-simulate.md。"
)
