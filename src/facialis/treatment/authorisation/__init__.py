"""The packet that a payer asks for before it pays for toxin: its rules held against the record, page and letter."""

from facialis.treatment.authorisation.record import Record
from facialis.treatment.authorisation.result import SCHEMA, packet

__all__ = ["SCHEMA", "Record", "packet"]
