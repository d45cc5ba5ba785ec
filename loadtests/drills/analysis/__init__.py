"""From what was recorded to figures: pure functions over records, marks and what tables held."""
