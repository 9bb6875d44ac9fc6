"""What the platform consists of: one folder a part, with its plan, its checks and its builder."""
