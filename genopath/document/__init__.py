"""Results as JSON documents: the published form of every answer, described by the JSON Schema in ``genopath.schema``.

Every key of the contract is always present; what is unknown is ``None`` or an empty list. Nothing here reads or writes.
"""

from __future__ import annotations

from genopath.document.coverage import position_name
from genopath.document.diagnose import diagnose_document, diagnose_part
from genopath.document.envelope import SCHEMA_VERSION, Json, document, release_to_json, software
from genopath.document.graph import explain_document, lookup_document
from genopath.document.paths import path_to_json, paths_to_json, strongest
from genopath.document.pgx import pgx_document, pgx_part
from genopath.document.report import report_document

__all__ = [
    "SCHEMA_VERSION",
    "Json",
    "diagnose_document",
    "diagnose_part",
    "document",
    "explain_document",
    "lookup_document",
    "path_to_json",
    "paths_to_json",
    "pgx_document",
    "pgx_part",
    "position_name",
    "release_to_json",
    "report_document",
    "software",
    "strongest",
]
