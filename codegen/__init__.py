"""NumPy modules from derivations: forward pass, loss, gradients and Jacobians, to be opened as well as run."""

from codegen.module import generate_module

__all__ = ["generate_module"]
