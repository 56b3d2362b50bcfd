"""How this program is typed, where it was started."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

NAME = "scim-sandbox"


def program_here() -> str:
    """Return the program's name where a shell finds it, else the path of the one beside this Python, else a module."""
    if shutil.which(NAME):
        return NAME
    beside = shutil.which(NAME, path=str(Path(sys.executable).parent))
    return f"{shlex.quote(sys.executable)} -m sandbox" if beside is None else shlex.quote(_shortest(Path(beside)))


def _shortest(path: Path) -> str:
    """Return a path as seen from the folder that one is in, if it is in a folder below that."""
    here = Path.cwd()
    return str(path.relative_to(here)) if here in path.parents and here != path.parent else str(path)
