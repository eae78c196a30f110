"""Matching: comparing a face with the gallery of those who consented to it."""
