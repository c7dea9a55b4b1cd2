"""The JSON Schema of every document that genopath writes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final, Literal

FILE: Final = "genopath-1.0.schema.json"

Kind = Literal["pgx", "diagnose", "therapies", "predict", "explain", "lookup", "report"]


def load_schema(kind: Kind | None = None) -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of any document, or of one kind of them."""
    schema: dict[str, Any] = json.loads(files(__name__).joinpath(FILE).read_text("utf-8"))
    if kind is None:
        return schema
    return {"$schema": schema["$schema"], "$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
