"""Servers that `rayne up` starts by itself, so that trying Rayne needs nothing but Python."""
