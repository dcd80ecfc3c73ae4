"""Refusals of signing keys: CRT-001 to CRT-009."""

from guantong.kernel.refusal import RefusalKind

REASON_NEEDED = RefusalKind("CRT-001", "没有写更换签名密钥的理由。", "请写明为什么更换，例如“每年例行更换”。")
NO_KEY_YET = RefusalKind(
    "CRT-002", "“{issuer}”还没有签名密钥。", "第一次签发时自动生成，不用更换；请核对机构编号是不是写对了。", status=404
)
