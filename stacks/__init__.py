"""What Mystira is: its settings, its services, its plan, and how the plan becomes resources."""
