"""Read documents: from a picture to kind, fields, QR codes and seals. Importing this loads no model."""

from answerable.verification.reading.model import QR, Box, Field, Line, Quality, Reading, Seal

__all__ = ["QR", "Box", "Field", "Line", "Quality", "Reading", "Seal"]
