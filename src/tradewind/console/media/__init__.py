"""Pictures and videos of a product: upload, description, order, and what the worker has made of them."""
