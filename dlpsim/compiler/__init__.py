"""From networks to annotated programs: fusion, tiling, allocation, schedule, text."""
