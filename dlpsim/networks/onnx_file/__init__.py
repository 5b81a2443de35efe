"""Reads ONNX files: what they say becomes a network of the operators that this project knows."""
