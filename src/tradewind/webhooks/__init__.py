"""Notices to other people's programs: who wants to hear of what, what was said to whom, and how it was answered."""
