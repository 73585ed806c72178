"""The catalogue: products, media, texts, prices and their ledger, published versions."""
