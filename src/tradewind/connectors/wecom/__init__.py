"""WeCom (企业微信): robots that post to a group."""
