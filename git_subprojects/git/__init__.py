"""The git executable, and what it or its files tell of a repository: the only way to git."""
