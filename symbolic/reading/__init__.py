"""Reading mathematics: network formulas as people write them, and the LaTeX that our printer writes."""
