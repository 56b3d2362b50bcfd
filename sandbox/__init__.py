"""A sandbox that answers as the SCIM endpoint of 4me does."""

__version__ = "0.1.0"
