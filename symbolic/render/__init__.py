"""Rendering: a derivation as tables, and tables as plain text, LaTeX, Markdown and JSON. No calculus here."""
