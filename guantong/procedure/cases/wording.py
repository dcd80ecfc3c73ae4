"""What happened, in Chinese: the words of log lines for stories, conflicts and notices."""

from __future__ import annotations

from .definition import Definition
from .models import CaseAction

_SYSTEM_WORDS = {
    "open": "提出",
    "withdraw": "撤回",
    "appeal": "提出申诉",
    "extend": "延长期限",
    "redate": "因放假安排公布而确定期限",
    "remind": "发出提醒",
    "escalate": "因逾期升级办理",
    "lapse": "因期限已过自动转出",
    "close": "因申诉期满结案",
    "add_material": "提交材料",
    "replace_material": "更换材料",
    "decide": "评议有了结果",
    "suspend": "暂停办理",
    "resume": "恢复办理",
    "migrate": "改用新版本的规定",
    "part_move": "按规定转出",
    "part_note": "记录",
}


def action_title(definition: Definition, action: str, step_id: str) -> str:
    """Title of an action as its button has it, or the engine's own word."""
    if action in _SYSTEM_WORDS:
        return _SYSTEM_WORDS[action]
    step = definition.steps.get(step_id)
    found = step.action(action) if step is not None else None
    return found.title if found is not None else action


def what_happened(definition: Definition, line: CaseAction) -> str:
    """For instance 在“院系初审”作了“同意并上报”."""
    title = action_title(definition, line.action, line.step)
    step = definition.steps.get(line.step)
    if step is None:
        return f"已经{title}"
    if line.action in _SYSTEM_WORDS:
        return f"在“{step.title}”环节{title}"
    return f"在“{step.title}”作了“{title}”"
