"""The slow, obvious second implementation of the machine: the specification that the fast one is held against."""
