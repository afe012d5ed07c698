"""What the generated modules are measured against: our numeric backprop, PyTorch and JAX, each from the spec's data.

Nothing here imports `symbolic` or `codegen`, save `peers.module`, which generates and runs the module under test.
"""
