"""The ledger: what was done with register, templates and photos, each entry tied to the one before."""
