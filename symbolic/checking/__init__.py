"""Hand derivations: read, compared with what is derived, and judged."""
