"""The textbook's exercises, answered by simulation: what is asked, which programs answer it, what bounds them."""
