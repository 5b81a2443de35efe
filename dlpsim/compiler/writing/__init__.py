"""Instructions as the text of a program, with loops where they repeat."""
