"""What a column of an export can be, and what people call it."""

FIELDS = {
    "number": "编号",
    "title": "标题",
    "text": "内容",
    "published": "时间",
    "limit_at": "时限",
    "place": "地点",
    "origin": "来源",
    "link": "链接",
    "reads": "阅读数",
    "comments": "评论数",
    "likes": "点赞数",
    "shares": "转发数",
    "contact": "联系方式",
}
"""By the name it has in options and answers. `contact` is never proposed: the office has to say so itself."""
NOT_TAKEN = "-"
"""Says of a column that it is not to be taken."""
