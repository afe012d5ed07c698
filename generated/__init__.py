"""What `codegen` wrote: one NumPy module for each system of the catalogue. Never edited by hand.

To write them again, run `python -m symbolic derive`.
"""

__all__ = ["classification_bce", "classification_mse", "deep_mse", "deep_scalar", "regression"]
