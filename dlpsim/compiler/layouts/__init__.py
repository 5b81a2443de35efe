"""Where values lie in DRAM, and how parts of them are moved."""
