"""PostgreSQL as Tradewind uses it: connections that are kept, and not asked at every request whether they live."""
