"""The path round microvascular decompression: what comes before, what after, and what to watch for when.

>>> from facialis.treatment import decompression
>>> decompression.SCHEMA
'facialis.decompression/1'
"""

from facialis.treatment.decompression.path import SCHEMA, Path, path
from facialis.treatment.decompression.record import Record, read

__all__ = ["SCHEMA", "Path", "Record", "path", "read"]
