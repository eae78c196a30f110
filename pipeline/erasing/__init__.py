"""Erasing what need not be kept: one person at once, the working pictures of a run, and whatever has had its time.

What is kept where, why and how long stands in docs/keeping.md.
"""
