"""Hypothesis draws the same examples in every run; `--hypothesis-profile=nightly` draws more, and new ones."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("project", derandomize=True, deadline=None, database=None, max_examples=50)
settings.register_profile("nightly", derandomize=False, deadline=None, max_examples=500, print_blob=True)
settings.load_profile("project")
