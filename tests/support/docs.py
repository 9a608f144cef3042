"""The generator of the manual pages, schemas and tables, as a module."""

import sys
from types import ModuleType

from tests.support.paths import ROOT


def generator() -> ModuleType:
    """Import ``docs/generate.py``."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import generate
    finally:
        sys.path.remove(str(ROOT / "docs"))
    return generate
