"""Layers that multiply: convolutions and matrix products."""
