"""Layers that combine windows, alone or together with what comes before."""
