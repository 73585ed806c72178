"""Mail out over SMTP: any server that speaks it."""
