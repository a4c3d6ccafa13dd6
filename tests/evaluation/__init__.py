"""Rayne's analysts measured on scenarios, and its memory on past incidents."""
