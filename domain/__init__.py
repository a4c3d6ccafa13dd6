"""The words and rules of Rayne, without any input or output."""
