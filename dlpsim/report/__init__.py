"""One page about one run: what it took, why, where, and what would change that. Works offline."""
