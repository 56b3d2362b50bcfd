"""Where the data files are: beside the package once it is installed, else in the checkout."""

from __future__ import annotations

from pathlib import Path


def fixtures() -> Path:
    """Return the folder of data files: ``sandbox/_fixtures`` of a wheel, else ``fixtures`` of the checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "_fixtures"
    return installed if installed.is_dir() else here.parent / "fixtures"
