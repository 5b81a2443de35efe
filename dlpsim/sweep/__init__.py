"""A grid of parameters, evaluated point by point: rows of metrics, files, plots."""
