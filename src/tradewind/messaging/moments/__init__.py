"""The moments at which a buyer hears from the shop: one file per moment, each a letter from what the records say."""
