"""How products are cut: sizes, what fits, what it costs, which is taken."""
