"""Calculus: one rule per node type, the adjoint sweep over a program, and the recurrences that come of it."""
