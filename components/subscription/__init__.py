"""What watches a whole subscription."""
