"""Markets: destination countries with one currency, languages, and rules that have dates and sources."""
