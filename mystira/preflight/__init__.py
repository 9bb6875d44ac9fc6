"""`mystira preflight`: what a subscription must allow, asked before the first resource."""
