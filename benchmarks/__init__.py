"""Measurements: how well and how fast the program does on data whose truth is known. Not part of the package."""
