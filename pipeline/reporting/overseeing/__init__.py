"""The report of a privacy review: a page for people, a workbook, tables and a record."""
