"""Seeing: which faces and persons are on a photo, and how they stand to the camera."""
