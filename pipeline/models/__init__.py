"""Model weights: where they come from, verified before they are used."""
