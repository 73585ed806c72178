"""The warehouse: what has to leave, packing it, checks, photos, papers of parcels, and handing them over."""
