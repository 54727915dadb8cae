"""What must hold: interoperability guidelines as data, one model for every schema."""
