"""Networks in operators and sizes that the compiler can plan."""
