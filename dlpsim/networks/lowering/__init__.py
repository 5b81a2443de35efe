"""Puts a network into fewer and simpler operators, before it is compiled."""
