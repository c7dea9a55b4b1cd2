"""From a patient to candidates: intake, SPARQL library, drug advice, diagnosis and exports."""
