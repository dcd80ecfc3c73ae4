"""Each action of base as pages tell it. Rooms above add theirs with :func:`register_words`."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: dict[str, str] = {
    "create_user": "开设账号",
    "close_user": "停用账号",
    "change_password": "修改密码",
    "reset_password": "重置密码",
    "sign_in": "登录",
    "begin_totp": "开始设置动态验证码",
    "confirm_totp": "启用动态验证码",
    "use_recovery_code": "使用恢复码",
    "renew_recovery_codes": "更换恢复码",
    "reset_second_factor": "重置动态验证码",
    "grant_post": "授予岗位",
    "revoke_post": "撤销岗位",
    "delegate_post": "安排代理",
    "end_mandates": "机构终止时撤销岗位与密钥",
    "issue_token": "签发接口密钥",
    "revoke_token": "撤销接口密钥",
    "register_region": "登记地区",
    "load_divisions": "成批登记行政区划",
    "rename_region": "地区更名",
    "move_region": "地区划转",
    "merge_regions": "地区合并",
    "split_region": "地区分立",
    "end_region": "地区终止",
    "register_organisation": "登记机构",
    "rename_organisation": "机构更名",
    "move_organisation": "机构划转",
    "upgrade_organisation": "学校升格",
    "merge_organisations": "机构合并",
    "split_organisation": "机构分立",
    "end_organisation": "机构终止",
    "ensure_people": "登记人员",
    "rename_person": "更改姓名",
    "reveal_id_number": "查看完整证件号码",
    "merge_people": "合并人员",
    "undo_merge": "撤销合并",
    "keep_apart": "确认不是同一人",
    "refresh_duplicates": "重新比对疑似重复人员",
    "record_consent": "登记监护人同意",
    "withdraw_consent": "撤回监护人同意",
    "reseal_people": "用新密钥重新加密证件号码",
    "reseal_totp": "用新密钥重新加密动态验证码密钥",
    "reseal_signing_keys": "用新密钥重新加密签名密钥",
    "renew_signing_key": "更换签名密钥",
    "store_file": "存放文件",
    "clean_files": "清理文件",
}


def register_words(words: Mapping[str, str]) -> None:
    """Add words for actions (in ``apps.py``); a later word for the same action replaces the earlier."""
    _WORDS.update(words)


def words_for(action: str) -> str:
    """How pages name ``action``: its words, 办件：办理 for a step's own action of a case, else the name itself."""
    return _WORDS.get(action) or ("办件：办理" if action.startswith("case_") else action)


def all_words() -> Mapping[str, str]:
    """Every action with words, by action."""
    return dict(sorted(_WORDS.items()))
