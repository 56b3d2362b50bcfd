"""The 4me side of an account as it runs: the mapping after each write, and what the owner sees and changes."""

from sandbox.personnel.mapper import MAPPING, Mapper, MappingText, read_rules
from sandbox.personnel.personnel import Explained, Personnel

__all__ = ["MAPPING", "Explained", "Mapper", "MappingText", "Personnel", "read_rules"]
