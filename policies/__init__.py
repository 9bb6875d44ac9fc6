"""What must never happen: the policy pack that a preview and an update run over every resource."""
