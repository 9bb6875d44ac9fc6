"""The AI account of an environment, its models and its content filter."""
