"""The built-in networks, each defined by a function of its sizes."""
