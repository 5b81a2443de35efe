"""The shipped programs, walked: what each line reads and writes, and whether that is right."""
