"""The table of operators: one entry each for shapes, work and meaning; one module for each family."""
