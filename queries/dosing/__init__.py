"""Doses that published models and guidelines give for this patient, beside the texts of the guidelines.

A computed dose is derived: it is never mixed with what a source states. Nothing is imputed; a model that lacks an input
gives no dose and names the input.
"""

from queries.dosing.doses import find_doses

__all__ = ["find_doses"]
