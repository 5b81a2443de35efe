"""Layers that choose elements, and put arrays together."""
