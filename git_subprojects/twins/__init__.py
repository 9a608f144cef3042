"""Patches on other branches and in other repositories: whether they apply there, found out in memory."""
