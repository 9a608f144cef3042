"""The manifest: bytes → :class:`~git_subprojects.model.Manifest`, or every problem in one report.

Pure: the caller reads the file. :mod:`.keys` says what there may be, :mod:`.checks` holds a file to it,
:mod:`.reader` makes the values, :mod:`.names` answers completion at a fraction of the cost.
"""
