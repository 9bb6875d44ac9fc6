"""Certificates of the gateway: cert-manager, and the authority that signs."""

from __future__ import annotations

CHALLENGE = "_acme-challenge"
"""The label below which an authority asks for the answer to a challenge (RFC 8555, 8.4)."""

ACCOUNT = "cert-manager"
"""The service account of its controller, as its chart names it (cert-manager v1.21.2: deploy/charts/cert-manager)."""
