"""Knowledge-graph reasoning for personalised medicine.

>>> import genopath
>>> sorted(name for name in genopath.__all__ if name[0].islower())
['diagnose', 'explain', 'lookup', 'open_graph', 'read_case', 'recommend_drugs', 'verify_registry']
"""

from genopath.api import diagnose, explain, lookup, open_graph, read_case, recommend_drugs, verify_registry
from ontology.errors import GenopathError
from ontology.reference import Reference
from queries.candidate import Diagnoses, Diagnosis, DrugAdvice, Explanation, Recommendation
from queries.case import PatientCase

__all__ = [
    "Diagnoses",
    "Diagnosis",
    "DrugAdvice",
    "Explanation",
    "GenopathError",
    "PatientCase",
    "Recommendation",
    "Reference",
    "diagnose",
    "explain",
    "lookup",
    "open_graph",
    "read_case",
    "recommend_drugs",
    "verify_registry",
]
