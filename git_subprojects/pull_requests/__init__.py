"""Patches for projects that take no mail: what to push where, and how to ask for it to be pulled."""
