"""Layers of operations on each element and along rows, carried out box by box."""
