"""Policy: persons, the consent register and its history, the protocol, rules and verdicts. Knows no pixels."""
