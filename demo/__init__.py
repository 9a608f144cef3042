"""A playground with a small Linux and its neighbours, and the commands that the founding mail asked for, run in it."""
