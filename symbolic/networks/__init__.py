"""Networks: specs and their catalogue, activations and losses as tables, and the way from a spec to a program."""
