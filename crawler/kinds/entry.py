"""人工录入: what duty officers paste, hear or are shown; nothing is fetched."""

LABEL = "人工录入"
PASSIVE = True
