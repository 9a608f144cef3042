"""From the paths that a patch touches to the people and lists that must get it."""
