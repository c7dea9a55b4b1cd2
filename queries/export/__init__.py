"""Answers in other libraries' and formats' terms, one module each."""
