"""When it happens: the machine of the reference page, one file per part. `machine` wires them."""
