"""What a user sees of a run: views listen to the machine's events, each in a file of its own."""
