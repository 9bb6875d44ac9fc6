"""ARM templates of what the offline cloud holds: for people who read them, and for scanners that know nothing else."""
