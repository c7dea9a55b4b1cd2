"""Graph embeddings for link prediction: from a release to training data."""
