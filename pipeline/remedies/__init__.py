"""Remedies: what makes a photo publishable without asking anybody for more, and the clean files that go out."""
