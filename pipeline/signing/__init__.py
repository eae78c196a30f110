"""Signing what is published: the exact files, who signed for them, and the folder of what was approved."""
