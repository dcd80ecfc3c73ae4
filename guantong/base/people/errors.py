"""Refusals of people: identity numbers, names, merging, consent."""

from __future__ import annotations

from guantong.kernel.refusal import RefusalKind

ID_LENGTH = RefusalKind(
    "PPL-001",
    "身份证号应当是 18 位，填的是 {length} 位。",
    "请对照证件重新填写；第一代 15 位证件请选择“第一代居民身份证”。",
)
ID_CHARACTERS = RefusalKind(
    "PPL-002",
    "身份证号只能由数字组成，最后一位可以是 X。",
    "请对照证件重新填写。",
)
ID_BIRTH = RefusalKind(
    "PPL-003",
    "身份证号第 7 至 14 位应当是出生日期，填写的不是一个日期。",
    "请对照证件重新填写。",
)
ID_CHECK = RefusalKind(
    "PPL-004",
    "身份证号最后一位与前 17 位对不上，其中至少有一位写错了。",
    "请对照证件重新填写。",
)
ID_FUTURE = RefusalKind(
    "PPL-005",
    "身份证号中的出生日期 {born_on} 在今天之后。",
    "请对照证件重新填写。",
)
ID_OTHER_FORM = RefusalKind(
    "PPL-006",
    "{kind}的号码应当是 {least} 至 {most} 位字母、数字，填写的不符合。",
    "请对照证件重新填写。",
)
ID_KIND_UNKNOWN = RefusalKind(
    "PPL-007",
    "没有“{kind}”这种证件类型。",
    "请从列表中选择证件类型。",
)
NAME_EMPTY = RefusalKind(
    "PPL-010",
    "还没有填写姓名，或者姓名超过 60 个字。",
    "请对照证件填写姓名。",
)
NAME_DIFFERS = RefusalKind(
    "PPL-011",
    "这个证件号码已经登记在“{known}”名下，这次填写的姓名是“{given}”。",
    "请对照证件核对号码和姓名；确实改过名的，请先办理姓名更正。",
)
PERSON_UNKNOWN = RefusalKind(
    "PPL-012",
    "没有找到这个人。",
    "请核对后重新选择。",
    status=404,
)
NAME_SAME = RefusalKind(
    "PPL-013",
    "新姓名与现在登记的姓名相同。",
    "如无更改，不必办理。",
)
REASON_NEEDED = RefusalKind(
    "PPL-014",
    "还没有写明理由。",
    "请写明理由，它会留在审计记录里。",
)
PHONE_FORM = RefusalKind(
    "PPL-015",
    "手机号应当是以 1 开头的 11 位数字。",
    "请重新填写手机号。",
)
BIRTH_DIFFERS = RefusalKind(
    "PPL-016",
    "填写的出生日期 {given} 与证件号码中的 {known} 不一致。",
    "请对照证件核对。",
)
KEY_MISSING = RefusalKind(
    "PPL-017",
    "保护证件号码的密钥没有设置好，现在不能登记人员。",
    "请由运行维护人员按运行手册设置 GUANTONG_IDENTITY_KEY。",
    status=503,
)
KEY_RETIRED = RefusalKind(
    "PPL-018",
    "这条证件号码是用编号 {key_id} 的密钥保护的，这里没有这把密钥。",
    "请由运行维护人员在设置中补上旧密钥。",
    status=503,
)
MERGE_SELF = RefusalKind(
    "PPL-020",
    "所选的两条是同一条记录。",
    "请选择两条不同的人员记录。",
)
MERGE_NOT_ACTIVE = RefusalKind(
    "PPL-021",
    "“{name}”的这条记录已经合并到别的记录。",
    "请对合并后保留的记录办理。",
    status=409,
)
MERGE_CONTRADICTS = RefusalKind(
    "PPL-022",
    "两条记录互相矛盾：{what}。",
    "请先核对证件原件；确认是同一人的，请勾选“已核对原件”，并在理由中写明核对情况。",
    status=409,
)
MERGE_UNKNOWN = RefusalKind(
    "PPL-023",
    "没有找到这次合并。",
    "请从合并记录中选择。",
    status=404,
)
MERGE_UNDONE = RefusalKind(
    "PPL-024",
    "这次合并已经撤销过。",
    "不必再次撤销。",
    status=409,
)
MERGE_BURIED = RefusalKind(
    "PPL-025",
    "“{name}”之后又与别的记录合并，这次合并暂时不能撤销。",
    "请先撤销之后的那次合并（{later}）。",
    status=409,
)
MERGE_HOLDER = RefusalKind(
    "PPL-026",
    "合并时有一部分记录不能移动：{what}。",
    "请先处理这部分记录，再合并。",
    status=409,
)
CONSENT_DATES = RefusalKind(
    "PPL-030",
    "同意的截止日期 {until} 不晚于同意日期 {given}。",
    "请重新填写日期。",
)
CONSENT_GUARDIAN = RefusalKind(
    "PPL-031",
    "还没有写明监护人的姓名或与本人的关系。",
    "请按同意书填写。",
)
CONSENT_PURPOSE = RefusalKind(
    "PPL-032",
    "没有“{purpose}”这种用途。",
    "请从列表中选择用途。",
)
CONSENT_UNKNOWN = RefusalKind(
    "PPL-033",
    "没有找到这份同意。",
    "请从同意记录中选择。",
    status=404,
)
CONSENT_NEEDED = RefusalKind(
    "PPL-034",
    "{name}在 {day} 未满 {age} 周岁，把信息用于“{purpose}”须先有监护人同意。",
    "请先登记监护人同意书。",
    parameter="people.consent_age",
    status=403,
)
CONSENT_AGE_UNKNOWN = RefusalKind(
    "PPL-035",
    "{name}没有登记出生日期，不能判断是否成年。",
    "请先补登出生日期。",
    status=409,
)
CONSENT_TOO_LONG = RefusalKind(
    "PPL-036",
    "监护人同意最长 {years} 年，这份同意最晚到 {latest}。",
    "请改短期限；到期后可以再签一份。",
    parameter="people.consent_valid_years",
)
