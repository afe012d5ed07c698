"""Matrix expressions with strict shapes: the nodes SymPy lacks, their constructors, and programs of steps."""
