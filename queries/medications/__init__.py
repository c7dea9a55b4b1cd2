"""Answers about a medication list: interactions, inhibited enzymes, alternatives and causes of complaints."""
