"""The offline cloud: one SQLite database that outlives the run."""
