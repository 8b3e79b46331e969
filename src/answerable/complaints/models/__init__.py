"""Reports of the public and appeals of holders."""

from answerable.complaints.models.appeal import Appeal
from answerable.complaints.models.report import Report

__all__ = ["Appeal", "Report"]
