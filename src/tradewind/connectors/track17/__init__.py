"""17TRACK: follows parcels over most carriers that sellers in China use."""
