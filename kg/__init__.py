"""The knowledge graph: core types, source readers, the build, the store and path search."""
