"""Diagnoses for a patient's features and variants, ranked by one visible formula.

::

    score = phenotype + excluded + denied + variants + carrier_variants + gene_of_variant

The three phenotype parts are defined in :mod:`queries.diagnosis.similarity`, the three variant parts in
:mod:`queries.diagnosis.causes`. The score orders diagnoses; it is not calibrated and no probability.
"""

from queries.diagnosis.ranking import diagnose

__all__ = ["diagnose"]
