"""Networks on machines: compiled, run, held against an independent runtime, and told apart by layer."""
