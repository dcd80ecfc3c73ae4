"""Refusals that belong to no line of business: addresses, forms, and the doors themselves."""

from guantong.kernel.refusal import RefusalKind

NOT_FOUND = RefusalKind(
    "WEB-001",
    "没有找到这个页面或这份记录。",
    "请检查网址是否完整，或从首页重新进入；您看不到的记录也会这样显示。",
    status=404,
)
NOT_ALLOWED = RefusalKind(
    "WEB-002",
    "您现在的岗位不能查看或办理这一项。",
    "请用有相应岗位的账号登录；需要新的岗位时，请向本单位的管理人员提出。",
    status=403,
)
UNEXPECTED = RefusalKind(
    "WEB-003",
    "这一步没有处理成功，原因正在查，编号 {lookup}。",
    "请稍后再试；仍不成功时，请记下编号并告诉本单位的经办人。",
    status=500,
)
FORM_EXPIRED = RefusalKind(
    "WEB-004",
    "这个页面打开太久，或浏览器没有保留登录信息，所以没有提交。",
    "请返回上一页，刷新后重新填写并提交；请允许浏览器保存本站的 Cookie。",
    status=403,
)
BAD_REQUEST = RefusalKind(
    "WEB-005",
    "浏览器送来的内容不完整，没有处理。",
    "请返回上一页，刷新后重新提交。",
    status=400,
)
TOO_LARGE = RefusalKind(
    "WEB-006",
    "一次送来的内容太大或项目太多，没有处理。",
    "请减少内容，或分几次提交。",
    status=413,
)
BODY_TOO_LARGE = RefusalKind(
    "WEB-023",
    "一次送来的内容有 {found} 兆字节，超过了 {most} 兆字节，没有接收。",
    "请压缩文件或降低扫描分辨率，或者分几次提交。",
    status=413,
)
WRONG_METHOD = RefusalKind(
    "WEB-007",
    "这个网址不能这样使用。",
    "请从页面上的按钮办理，不要直接打开办理用的网址。",
    status=405,
)
SIGN_IN_FIRST = RefusalKind(
    "WEB-008",
    "这一页需要先登录。",
    "请登录后再继续。",
    status=401,
)
REGION_MISSING = RefusalKind(
    "WEB-009",
    "regions 文件夹里没有地区 {region}。",
    "请把环境变量 GUANTONG_REGION 改为已有地区的代码，或检查 GUANTONG_REGIONS 指向的文件夹。",
    status=503,
)

API_NOT_FOUND = RefusalKind(
    "API-001",
    "没有这个接口地址，或没有这份记录。",
    "请对照 /api/v1/openapi.json 检查地址和编号。",
    status=404,
)
API_SIGN_IN = RefusalKind(
    "API-002",
    "这个接口需要身份，请求里没有可用的身份。",
    "请先登录，或在请求头里带上有效期内的访问凭证。",
    status=401,
)
API_SHAPE = RefusalKind(
    "API-003",
    "“{field}”一项不符合接口要求：{reason}。",
    "请对照 /api/v1/openapi.json 修改后重新发送。",
    status=422,
)
API_NOT_JSON = RefusalKind(
    "API-004",
    "请求内容不是可以读取的 JSON。",
    "请用 UTF-8 编码的 JSON 重新发送，并把 Content-Type 设为 application/json。",
    status=400,
)
API_TOO_LARGE = RefusalKind(
    "API-005",
    "请求内容超过 {limit}，没有读取。",
    "请分几次发送；成批的数据请用表格导入。",
    status=413,
)
API_WRONG_METHOD = RefusalKind(
    "API-006",
    "这个接口地址不接受 {method} 方法。",
    "请对照 /api/v1/openapi.json 改用它列出的方法。",
    status=405,
)
API_NOT_ALLOWED = RefusalKind(
    "API-007",
    "现有的岗位不能使用这个接口。",
    "请换用有相应岗位的账号；需要新的岗位时，请向本单位的管理人员提出。",
    status=403,
)
API_TIME_USED = RefusalKind(
    "API-008",
    "您这一分钟的试算已经用完 {limit} 秒的计算时间，这次没有计算。",
    "请在 {wait} 秒之后再试；要成批计算，请在自己的机器上运行 guantong credit simulate。",
    status=429,
)
API_TOO_MANY_AT_ONCE = RefusalKind(
    "API-009",
    "您同时进行的试算已有 {most} 项，这次没有计算。",
    "请等前面的算完，再发送下一项。",
    status=429,
)
