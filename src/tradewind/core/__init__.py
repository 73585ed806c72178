"""What every part stands on: staff, facts and their work, to-dos, settings, files, audit, search, links."""
