"""Refusals of accounts: signing in, the second factor, posts and mandates, keys for the API."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

SIGN_IN_FIRST = RefusalKind(
    "ACC-001",
    "这一步需要先登录。",
    "请登录后再办理。",
    status=401,
)
NOT_MANDATED = RefusalKind(
    "ACC-002",
    "您的岗位不能办理“{what}”。",
    "这件事由{roles}办理。",
    status=403,
)
OTHER_ORGANISATION = RefusalKind(
    "ACC-003",
    "您可以为{own}办理“{what}”，但这件事属于别的单位。",
    "请由该单位的{roles}办理。",
    status=403,
)
SECOND_FACTOR_NEEDED = RefusalKind(
    "ACC-004",
    "{role}须先启用动态验证码，才能办理“{what}”。",
    "请在“账号安全”中启用动态验证码，然后重新登录。",
    status=403,
)
PASSWORD_STILL_FIRST = RefusalKind(
    "ACC-005",
    "您还在使用初始密码，暂时不能办理“{what}”。",
    "请先修改密码。",
    status=403,
)
SIGN_IN_WRONG = RefusalKind(
    "ACC-010",
    "账号或密码不正确。",
    "请核对后再试；忘记密码的，请由本单位的运行维护人员重置。",
    status=401,
)
SIGN_IN_WAIT = RefusalKind(
    "ACC-011",
    "连续多次没有登录成功，为保护账号，暂时不能登录。",
    "请在{wait}之后再试。",
    status=429,
)
CODE_WRONG = RefusalKind(
    "ACC-012",
    "动态验证码不正确，或者已经用过。",
    "请等手机上换出下一个 6 位数字后再填；手机不在身边时，可以使用恢复码。",
    status=401,
)
CODE_WAIT = RefusalKind(
    "ACC-013",
    "验证码多次填写不正确，为保护账号，暂时不能再试。",
    "请在{wait}之后再试。",
    status=429,
)
SECOND_FACTOR_ALREADY = RefusalKind(
    "ACC-014",
    "这个账号已经启用了动态验证码。",
    "更换手机时，请先由运行维护人员重置，再重新启用。",
    status=409,
)
SECOND_FACTOR_NOT_BEGUN = RefusalKind(
    "ACC-015",
    "这个账号还没有开始设置动态验证码。",
    "请先在“账号安全”中扫描二维码。",
    status=409,
)
PASSWORD_OLD_WRONG = RefusalKind(
    "ACC-020",
    "原密码不正确。",
    "请重新填写原密码。",
)
PASSWORD_SHORT = RefusalKind(
    "ACC-021",
    "新密码太短，至少要有 {least} 个字符。",
    "请换一个更长的密码。",
)
PASSWORD_COMMON = RefusalKind(
    "ACC-022",
    "新密码是很多人都在用的密码，容易被猜中。",
    "请换一个不常见的密码。",
)
PASSWORD_DIGITS = RefusalKind(
    "ACC-023",
    "新密码全是数字，容易被猜中。",
    "请在密码中加入字母或符号。",
)
PASSWORD_SIMILAR = RefusalKind(
    "ACC-024",
    "新密码和您的账号或姓名太像。",
    "请换一个与账号、姓名无关的密码。",
)
PASSWORD_SAME = RefusalKind(
    "ACC-025",
    "新密码和原密码相同。",
    "请换一个新的密码。",
)
USERNAME_TAKEN = RefusalKind(
    "ACC-030",
    "账号“{username}”已经有人使用。",
    "请换一个账号名。",
    status=409,
)
USERNAME_FORM = RefusalKind(
    "ACC-031",
    "账号名“{username}”不合要求：只能用 3 至 60 个字母、数字、点、横线或下划线。",
    "请按要求重新填写账号名。",
)
PERSON_HAS_ACCOUNT = RefusalKind(
    "ACC-032",
    "{name}已经有账号“{username}”，一人只有一个账号。",
    "请使用原来的账号；忘记密码的可以重置。",
    status=409,
)
ACCOUNT_UNKNOWN = RefusalKind(
    "ACC-033",
    "没有找到这个账号。",
    "请从账号列表中选择。",
    status=404,
)
DISPLAY_NAME_EMPTY = RefusalKind(
    "ACC-034",
    "还没有填写姓名，或者姓名超过 60 个字。",
    "请填写账号使用人的姓名。",
)
ROLE_NOT_HERE = RefusalKind(
    "ACC-040",
    "{organisation}是{kind}，不设“{role}”岗位。",
    "请选择这类单位可以设的岗位：{choices}。",
)
ROLE_UNKNOWN = RefusalKind(
    "ACC-041",
    "没有“{role}”这个岗位。",
    "请从列表中选择岗位。",
)
NOT_TO_ONESELF = RefusalKind(
    "ACC-042",
    "不能给自己授予岗位。",
    "请由另一位有授权权限的人员办理。",
    status=403,
)
POST_DATES = RefusalKind(
    "ACC-043",
    "岗位的结束日期 {until} 不晚于开始日期 {start}。",
    "请改为晚于开始日期的一天，或留空。",
)
POST_UNKNOWN = RefusalKind(
    "ACC-044",
    "没有找到这个岗位。",
    "请从账号的岗位列表中选择。",
    status=404,
)
GRANT_OUTSIDE_AREA = RefusalKind(
    "ACC-045",
    "{organisation}不在您所在部门管辖的地区之内。",
    "请由管辖该单位的主管部门或运行维护人员授权。",
    status=403,
)
REASON_NEEDED = RefusalKind(
    "ACC-046",
    "还没有写明理由。",
    "请写明理由，它会留在审计记录里。",
)
TOKEN_UNKNOWN = RefusalKind(
    "ACC-050",
    "接口密钥不正确、已到期或已撤销。",
    "请检查请求头中的密钥，或由运行维护人员重新签发。",
    status=401,
)
TOKEN_PERMISSIONS = RefusalKind(
    "ACC-051",
    "接口密钥不能带有这些权限：{wrong}。",
    "可选的权限只有：{choices}。",
)
TOKEN_DATES = RefusalKind(
    "ACC-052",
    "接口密钥的有效期应在 1 天至 {most} 天之间，填的是 {given} 天。",
    "请重新填写有效期。",
)
TOKEN_NOT_FOUND = RefusalKind(
    "ACC-053",
    "没有找到这个接口密钥。",
    "请从密钥列表中选择。",
    status=404,
)
ACTING_DATES = RefusalKind(
    "ACC-054",
    "代理要写明起止日期：{why}。",
    "请写明到哪一天为止；代理不能超出原岗位的任期，到期自行终止。",
)
ACTING_ELSEWHERE = RefusalKind(
    "ACC-055",
    "{name}在{organisation}没有岗位，不能代理。",
    "代理人须是同一单位的工作人员，请先为其登记岗位，或改选他人。",
)
ACTING_CHAIN = RefusalKind(
    "ACC-056",
    "这一岗位本身就是代理，不能再转给别人代理。",
    "请由原岗位的任职人或授予岗位的一方另行安排。",
)
ACTING_OTHERS = RefusalKind(
    "ACC-057",
    "只有任职人本人或授予岗位的一方，才能安排代理。",
    "请由{holder}本人办理，或请授予岗位的一方安排。",
    status=403,
)
