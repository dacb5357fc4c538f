"""Papers: the pictures and documents that prove what an application says. Uploaded, looked into, sealed, shown."""

from hongyan.compliance.papers.desk import Papers
from hongyan.compliance.papers.formats import Format, Use
from hongyan.compliance.papers.inspecting import Inspect, Inspection
from hongyan.compliance.papers.inspector import MOST_BYTES
from hongyan.compliance.papers.limits import MOST_INLINE
from hongyan.compliance.papers.model import StoredPaper
from hongyan.compliance.papers.tickets import BUCKET, PATH, Admission, Bearer, Ticket

__all__ = [
    "BUCKET",
    "MOST_BYTES",
    "MOST_INLINE",
    "PATH",
    "Admission",
    "Bearer",
    "Format",
    "Inspect",
    "Inspection",
    "Papers",
    "StoredPaper",
    "Ticket",
    "Use",
]
