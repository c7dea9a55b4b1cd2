"""Drug advice: from genotypes to diplotypes, phenotypes and recommendations."""
