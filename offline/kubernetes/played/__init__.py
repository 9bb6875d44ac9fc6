"""What acts in a cluster beside the API server and its controller manager: played, one step at a time."""
