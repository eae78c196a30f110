"""The files of a run folder: report, tables and pictures."""
