"""When everything is moved and computed, and where it lies on chip."""
