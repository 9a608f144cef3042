"""Perl's regular expressions over bytes, searched with Python's ``re`` and a limit of time."""
