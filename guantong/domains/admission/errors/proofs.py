"""Refusals of certificates and their check: ADM-180 to ADM-189."""

from guantong.kernel.refusal import RefusalKind

CERTIFICATE_NEEDED = RefusalKind("ADM-180", "没有选择凭证文件。", "请选择从“我的录取结果”下载的凭证（JSON 文件）。")
CERTIFICATE_UNREADABLE = RefusalKind(
    "ADM-181", "“{name}”不是录取结果凭证。", "请选择从“我的录取结果”下载的 JSON 文件，不要用别的软件改动或另存。"
)
CERTIFICATE_OF_NO_RUN = RefusalKind(
    "ADM-182", "凭证里写的投档运算，这里没有公布过。", "请核对凭证是不是本省的，或者用公布它的网站核验。", status=404
)
PAPER_UNKNOWN = RefusalKind(
    "ADM-184", "没有查到这个编号的录取结果证明。", "请核对证明上印的编号和二维码；编号分三段，不分大小写。", status=404
)
CERTIFICATE_NOT_YET = RefusalKind("ADM-183", "这一轮的结果还没有公布，没有凭证。", "请在结果公布以后下载。", status=409)
