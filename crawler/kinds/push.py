"""舆情服务公司推送: the vendor sends its items to us, see docs/push.md; nothing is fetched."""

LABEL = "服务商推送"
PASSIVE = True
