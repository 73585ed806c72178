"""The workshop: setting a checkout up, checking it, testing it. Nothing here runs in a shop."""
