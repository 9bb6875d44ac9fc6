"""What watches the whole subscription."""
