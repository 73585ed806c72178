"""Feishu (飞书), called Lark outside China: robots that post to a group."""
