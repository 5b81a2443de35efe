"""Operators that are written with others: those of quantized files, and those that onnxruntime puts into files."""
