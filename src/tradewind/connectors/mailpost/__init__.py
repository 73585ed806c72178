"""Mail out over the HTTP interface of a provider, and what it tells of the letters afterwards."""
