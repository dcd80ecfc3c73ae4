"""Who may be tried in the invented province: one account for each desk, opened from the sign-in cards."""

from __future__ import annotations

PASSWORD = "Yunlan-demo-2024"  # noqa: S105 - printed on the sign-in page of the invented province
"""Password of every account of the invented province; the cards sign in without typing it."""

STAFF = (
    ("lin", "林老师", "donghu", "registrar", ""),
    ("ma.zhuren", "马主任", "donghu", "department_reviewer", "信息工程系"),
    ("sun", "孙科长", "donghu", "academic_officer", ""),
    ("qian", "钱老师", "donghu", "credit_officer", ""),
    ("yu.zhaosheng", "于老师", "donghu", "admission_officer", ""),
    ("zhou", "周老师", "xiling", "registrar", ""),
    ("chen", "陈科长", "bureau", "bureau_reviewer", ""),
    ("he.chuzhang", "何处长", "bureau", "bureau_approver", ""),
    ("shen.tingzhang", "沈副厅长", "bureau", "bureau_approver", ""),
    ("zhang", "张经理", "assessor", "depositor", ""),
)
"""User name, name, organisation, role, department."""

SIGN_IN_CARDS = (
    ("zhao", "赵小禾 · 学习者", "有课程、证书和竞赛成果；看能算什么，提交转换申请，下载对账单。"),
    ("cheng", "程予安 · 本届考生", "西岭职业技术学校三年级：查学校和计划，看往年的线，填报并锁定志愿。"),
    ("luo", "罗星野 · 上届考生", "去年参加职教高考：看每个志愿的结果和原因，下载结果证明并自己核对。"),
    ("lin", "林老师 · 学校经办人", "东湖职业技术学院：存入学习成果表格，核对学生申报，管理培养方案。"),
    ("ma.zhuren", "马主任 · 院系审核人", "东湖职院信息工程系：审核转换申请的第一步。"),
    ("sun", "孙科长 · 教务处", "东湖职院：审核申请，起草和试算转换规则，颁发证书。"),
    ("qian", "钱老师 · 学分银行", "东湖职院：办结申请，冲正，撤销证书。"),
    ("yu.zhaosheng", "于老师 · 招生办", "东湖职院：编制招生计划和简章，审核考生档案，给新生注册。"),
    ("chen", "陈科长 · 主管部门审核", "云澜省教育厅：审核规则，复核申诉。"),
    ("he.chuzhang", "何处长 · 主管部门审批", "云澜省教育厅：批准规则，管理机构。"),
    ("shen.tingzhang", "沈副厅长 · 主管部门审批", "云澜省教育厅：对申诉决定不服的，由没有办过的人再次复核。"),
    ("zhang", "张经理 · 评价机构", "云澜技能评价中心：存入证书和培训记录。"),
    ("xu.xiangmu", "许老师 · 项目申报经办人", "东湖职业技术学院：从办事大厅申报各类项目，看条件、补正、公示和称号。"),
    ("fang.qiye", "方经理 · 企业经办人", "云澜精密制造有限公司：申报产教融合型企业等事项。"),
    ("zhu.xiangmu", "祝老师 · 已有称号的学校", "云澜南岭职业技术学院：称号的年度填报、变更和后续办理。"),
    ("ding.qiye", "丁经理 · 已认定的企业", "东湖新能源汽车有限公司：目录内的企业申请支持，报送年度核查，陈述申辩。"),
    ("gao.jiaoshi", "高雅琪 · 教师", "为本人申报双师型教师、职称等事项。"),
    ("gu.shiju", "顾科长 · 市教育局审核", "东湖市教育局：办理学校申报的市级环节。"),
    (
        "hao.renshe",
        "郝科长 · 市人社局审核",
        "东湖市人社局：评价机构备案、技工学校设立等事项的市级环节。",
    ),
    ("wei.renshe", "魏科长 · 省人社厅审核", "评价机构、技工院校、职称和教材等事项的省级审核，抽取专家，抽查和整改。"),
    ("peng.renshe", "彭处长 · 省人社厅审批", "人力资源系统各事项的审批和复核。"),
    ("ren.fagai", "任科长 · 省发改委审核", "产教融合型企业的审核、专家评审、公示、年度核查和移出目录的提出。"),
    ("lu.fagai", "鲁处长 · 省发改委审批", "企业培育入库、移出目录、试点城市推荐的审批。"),
    ("qiu.gongxin", "邱科长 · 省工信厅审核", "现代产业学院的省级审核。"),
    ("jiang.guojia", "蒋处长 · 国家层面审核", "国家遴选的评审和公示，开放国家规定的批次。"),
    ("dai.guojia", "戴司长 · 国家层面审批", "国家遴选的确定，以及对国家层面决定的复核。"),
    ("gu.jiaoshou", "古教授 · 评审专家", "按评分表匿名评审抽到的申报。"),
    ("lu.gaogong", "陆高工 · 评审专家", "企业的专家，评审抽到的申报。"),
    ("tan.yanjiu", "谭研究员 · 评审专家", "评审抽到的申报；有关系的应当退出。"),
    ("admin", "管理员 · 运行维护", "账号、岗位、审计记录。"),
)
"""User name, title, what can be tried."""
