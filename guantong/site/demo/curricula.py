"""Course tables of the invented schools: public courses common to all, then each programme's own."""

from __future__ import annotations

from dataclasses import dataclass

from guantong.domains.programmes.rules.courses import CourseEntry


@dataclass(frozen=True, slots=True)
class Field:
    """A field of study: catalogue codes by level, department, and its course names."""

    key: str
    codes: dict[str, str]
    department: str
    foundation: tuple[str, ...]
    core: tuple[str, ...]
    elective: tuple[str, ...]
    training: str
    certificates: tuple[tuple[str, str], ...]
    """(occupation or certificate code, name) of skill grades and 1+X certificates usual in the field."""


FIELDS: tuple[Field, ...] = (
    Field(
        "software",
        {"secondary": "710205", "higher": "510203", "bachelor": "310203"},
        "信息工程系",
        ("程序设计基础", "数据库技术", "计算机网络基础", "操作系统应用", "数据结构"),
        (
            "Web 前端开发",
            "Java 应用开发",
            "移动应用开发",
            "软件测试技术",
            "软件工程与项目管理",
            "后端框架技术",
            "云应用部署与运维",
        ),
        ("人工智能导论", "UI 设计基础", "数据可视化", "网络安全基础", "创新创业实践"),
        "软件项目综合实训",
        (("4-04-05-01", "计算机程序设计员"), ("X-WEB", "Web 前端开发")),
    ),
    Field(
        "commerce",
        {"secondary": "730701", "higher": "530701", "bachelor": "330701"},
        "经济贸易系",
        ("电子商务基础", "市场营销基础", "商务数据分析基础", "经济学基础", "商品学"),
        ("网店运营与管理", "直播营销", "新媒体运营", "客户服务与管理", "跨境电商实务", "供应链管理", "视觉营销设计"),
        ("消费者心理学", "短视频制作", "商务礼仪", "农产品电商", "创新创业实践"),
        "电商运营综合实训",
        (("4-01-06-01", "电子商务师"), ("X-EC", "电子商务数据分析")),
    ),
    Field(
        "nursing",
        {"secondary": "720201", "higher": "520201", "bachelor": "320201"},
        "医护系",
        ("正常人体结构", "生理学基础", "病理学与病理生理学", "药理学", "护理心理学"),
        ("基础护理学", "健康评估", "内科护理学", "外科护理学", "妇产科护理学", "儿科护理学", "急危重症护理"),
        ("老年护理", "社区护理", "康复护理", "医学营养", "护理伦理与法规"),
        "护理技能综合实训",
        (("4-10-01-05", "养老护理员"), ("X-ELDER", "老年照护")),
    ),
    Field(
        "vehicle",
        {"secondary": "700209", "higher": "460702", "bachelor": "260702"},
        "汽车工程系",
        ("机械基础", "汽车电工电子", "汽车构造", "机械制图", "液压与气压传动"),
        (
            "新能源汽车电池与管理",
            "驱动电机及控制",
            "新能源汽车故障诊断",
            "汽车底盘检修",
            "整车控制技术",
            "充电设施运维",
            "智能网联汽车技术",
        ),
        ("汽车营销", "二手车评估", "汽车文化", "车身修复", "安全用电"),
        "新能源汽车检修实训",
        (("4-12-01-01", "汽车维修工"), ("X-NEV", "智能新能源汽车")),
    ),
    Field(
        "mechatronics",
        {"secondary": "660301", "higher": "460301", "bachelor": "260304"},
        "机电工程系",
        ("机械制图与 CAD", "电工与电子技术", "机械设计基础", "工程材料", "公差配合与测量"),
        (
            "PLC 应用技术",
            "工业机器人编程",
            "数控加工技术",
            "电气控制与维修",
            "自动化生产线装调",
            "传感器与检测",
            "机电设备维修",
        ),
        ("增材制造", "工业互联网基础", "精益生产", "三维造型", "安全生产"),
        "自动线装调综合实训",
        (("6-31-01-03", "电工"), ("X-ROBOT", "工业机器人应用编程")),
    ),
    Field(
        "accounting",
        {"secondary": "730301", "higher": "530302", "bachelor": "330302"},
        "财经系",
        ("基础会计", "经济法基础", "财经法规与职业道德", "统计基础", "管理学基础"),
        ("财务会计", "成本核算与管理", "税费计算与申报", "财务管理", "会计信息系统", "审计基础", "财务大数据分析"),
        ("Excel 财务应用", "行业会计比较", "金融基础", "商务写作", "创新创业实践"),
        "会计综合模拟实训",
        (("2-06-03-00", "会计专业人员"), ("X-TAX", "智能财税")),
    ),
    Field(
        "tourism",
        {"secondary": "740101", "higher": "540101", "bachelor": "340101"},
        "文旅系",
        ("旅游概论", "旅游心理学", "中国旅游地理", "旅游法规", "服务礼仪"),
        ("导游业务", "旅行社经营管理", "旅游产品策划", "景区服务与管理", "旅游市场营销", "智慧旅游", "研学旅行指导"),
        ("茶艺", "民族文化", "摄影基础", "旅游英语", "民宿运营"),
        "导游综合实训",
        (("4-07-04-01", "导游"), ("X-STUDY", "研学旅行策划与管理")),
    ),
    Field(
        "farming",
        {"secondary": "610102", "higher": "410103", "bachelor": "210101"},
        "现代农业系",
        ("植物与植物生理", "土壤肥料", "农业气象", "农业生物技术", "农产品质量安全"),
        ("作物生产技术", "设施园艺", "病虫害绿色防控", "果树栽培", "蔬菜生产", "智慧农业装备", "农业经营管理"),
        ("农产品营销", "花卉栽培", "食用菌生产", "休闲农业", "农业无人机"),
        "农业生产综合实训",
        (("5-05-01-02", "农业技术员"), ("X-UAV", "农业无人机操作")),
    ),
)

PUBLIC = (
    ("思想道德与法治", 48, 16, 1, "ideology"),
    ("毛泽东思想和中国特色社会主义理论体系概论", 32, 8, 2, "ideology"),
    ("习近平新时代中国特色社会主义思想概论", 48, 12, 2, "ideology"),
    ("形势与政策", 32, 8, 1, "ideology"),
    ("体育与健康", 112, 96, 1, "physical"),
    ("大学语文", 64, 16, 1, ""),
    ("应用数学", 64, 16, 1, ""),
    ("公共英语", 128, 48, 1, ""),
    ("信息技术", 64, 40, 1, ""),
    ("大学生心理健康教育", 32, 12, 1, ""),
    ("职业发展与就业指导", 32, 16, 2, ""),
    ("国家安全教育", 16, 4, 2, ""),
    ("军事理论与军事技能", 64, 40, 1, "military"),
    ("劳动教育", 32, 24, 2, "labour"),
)
"""Name, hours, practice hours, semester, special topic."""

PUBLIC_SECONDARY = (
    ("中国特色社会主义", 36, 8, 1, "ideology"),
    ("心理健康与职业生涯", 36, 12, 2, "ideology"),
    ("哲学与人生", 36, 8, 3, "ideology"),
    ("职业道德与法治", 36, 12, 4, "ideology"),
    ("语文", 198, 40, 1, ""),
    ("数学", 144, 30, 1, ""),
    ("英语", 144, 40, 1, ""),
    ("信息技术", 108, 72, 1, ""),
    ("体育与健康", 144, 120, 1, "physical"),
    ("历史", 72, 10, 2, ""),
    ("艺术", 36, 24, 2, ""),
    ("劳动教育", 36, 30, 2, "labour"),
)


def courses_for(field: Field, level: str, *, years: int, hours_per_credit: int) -> list[CourseEntry]:
    """The course table of a field at a level. Hours are chosen so that the national checks are met or nearly met."""
    found: list[CourseEntry] = []
    public = PUBLIC_SECONDARY if level == "secondary" else PUBLIC

    def add(
        code: str,
        name: str,
        category: str,
        hours: int,
        practice: int,
        semester: int,
        *,
        module: str = "",
        required: bool = True,
        topic: str = "",
        weeks: int = 0,
        hundredths: int | None = None,
        convertible: bool = True,
    ) -> None:
        credits = hundredths if hundredths is not None else max(50, hours * 100 // hours_per_credit // 50 * 50)
        found.append(
            CourseEntry(
                code=code,
                name=name,
                category=category,
                credits_hundredths=credits,
                hours=hours,
                practice_hours=practice,
                semester=semester,
                module=module,
                weeks=weeks,
                is_required=required,
                is_convertible=convertible,
                topic=topic,
            )
        )

    for number, (name, hours, practice, semester, topic) in enumerate(public, 1):
        political = any(part in name for part in ("思想", "形势", "社会主义", "国家安全"))
        add(f"G{number:02d}", name, "public", hours, practice, semester, topic=topic, convertible=not political)
    span = 72 if level == "secondary" else 64
    for number, name in enumerate(field.foundation, 1):
        add(f"B{number:02d}", name, "foundation", span, span // 2, 1 + (number > 2), module="基础技能")
    for number, name in enumerate(field.core, 1):
        add(
            f"C{number:02d}",
            name,
            "core",
            span,
            span * 5 // 8,
            min(2 + (number + 1) // 2, years * 2 - 1),
            module="核心技能",
        )
    for number, name in enumerate(field.elective, 1):
        hours = 60 if level == "secondary" else 56
        add(f"E{number:02d}", name, "elective", hours, hours // 2, min(3 + number // 2, years * 2 - 1), required=False)
    add("P01", field.training, "practice", 120, 120, years * 2 - 2, weeks=4, hundredths=400)
    add("P02", "认识实习", "practice", 60, 60, 2, weeks=2, hundredths=200)
    add("P03", "毕业设计（综合作业）", "practice", 120, 120, years * 2, weeks=4, hundredths=400)
    add("P04", "岗位实习", "practice", 720, 720, years * 2 - 1, weeks=24, hundredths=2400, topic="internship")
    if level == "bachelor":
        for number, name in enumerate(("工程数学", "专业英语", "科研方法与论文写作", "前沿技术专题"), 1):
            add(f"D{number:02d}", name, "core", 64, 24, 5 + number // 2, module="拓展")
        add("P05", "企业项目实践", "practice", 360, 360, 7, weeks=12, hundredths=1200)
    return found
