"""Notation: how an author writes names, layers, products and derivatives, as data, and the printer that reads it."""
