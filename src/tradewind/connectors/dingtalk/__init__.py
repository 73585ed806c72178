"""DingTalk (钉钉): robots that post to a group."""
