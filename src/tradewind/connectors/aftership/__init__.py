"""AfterShip: follows parcels over many carriers."""
