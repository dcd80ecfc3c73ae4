"""The steps of a run in order, as the page of its progress names them."""

WAITING, READING, FAST, PLAIN = "waiting", "reading", "fast", "plain"
CHECKING, COMPARING, WRITING, SEALING, DONE = "checking", "comparing", "writing", "sealing", "done"
PHASES = {
    WAITING: "等待开始",
    READING: "读取计划、考生和志愿",
    FAST: "第一套实现投档",
    CHECKING: "独立检查",
    PLAIN: "第二套实现投档",
    COMPARING: "逐人比较两套结果",
    WRITING: "写入结果",
    SEALING: "封存",
    DONE: "已完成",
}
