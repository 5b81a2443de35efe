"""Two results side by side: what moved, and why."""
