"""JSON for programs, and the door for webhooks."""
