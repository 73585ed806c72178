"""The staff's pages: one package per area, one file per screen."""
