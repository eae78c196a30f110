"""Work: photos, vision, matching, the register's store, reports and the command line."""

__version__ = "0.1.0"
