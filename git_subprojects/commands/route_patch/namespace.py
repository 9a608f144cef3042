"""Options as the modes still take them; to go when each mode takes its own."""

from __future__ import annotations

import argparse
from typing import Any

from git_subprojects.commands.route_patch.options import MODES


def namespace(options: Any) -> argparse.Namespace:
    """Return the options of a mode, and the defaults of those of all others."""
    values = {name: item.default for mode in MODES for name, item in mode.options.declared().items()}
    values |= vars(options)
    made = argparse.Namespace(
        **{key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    )
    made.json = values["form"] == "json"
    return made
