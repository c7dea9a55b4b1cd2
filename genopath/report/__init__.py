"""The report of one case: a self-contained page for the clinician, the same as JSON, and the evidence paths."""

from __future__ import annotations

from genopath.report.write import render_html, write_report

__all__ = ["render_html", "write_report"]
