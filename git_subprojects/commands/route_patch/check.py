"""``git route-patch --check``: whether patches are fit to be sent."""

from __future__ import annotations

from git_subprojects.commands.route_patch.send import run

__all__ = ["run"]
