"""Proof: rules for symbolic sizes, activations from their definitions, systems entry by entry and by induction."""
