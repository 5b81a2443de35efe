"""How fast dlpsim is, and how much memory it takes: `python -m benchmarks`."""
