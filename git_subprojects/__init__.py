"""Git subcommands for a source tree that knows its neighbours."""

__version__ = "0.1.0"
