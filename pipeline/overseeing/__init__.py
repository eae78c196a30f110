"""The review by the privacy officer: what was audited, decided, enrolled and kept in a period, and what must follow."""
