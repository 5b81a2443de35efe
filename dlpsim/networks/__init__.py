"""Networks as data: what is computed and with which weights, without a word on the machine."""
