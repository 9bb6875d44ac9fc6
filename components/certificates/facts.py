"""Certificates of the gateway: cert-manager, and the authority that signs."""

from __future__ import annotations

from components.kubernetes.images import Image
from components.kubernetes.releases import Chart

NAME = "cert-manager"
"""The release, and with it all that it makes (cert-manager v1.21.2: deploy/charts/cert-manager/templates/_helpers.tpl,
cert-manager.fullname)."""

ACCOUNT = NAME
"""The service account of its controller."""

CHART = Chart("oci://quay.io/jetstack/charts", "cert-manager", "v1.21.2")
"""Its chart (cert-manager: Installing with Helm)."""

MINOR = "1.21"
"""The version, as the end-of-life table has it."""

REGISTRY = "quay.io"
_SOURCE = "pinned alike in more than five public repositories (read 2026-11-22)"


def _image(name: str, digest: str) -> Image:
    return Image(REGISTRY, f"jetstack/cert-manager-{name}", CHART.version, f"sha256:{digest}", _SOURCE)


CONTROLLER = _image("controller", "70f532fd9cfde0b09d55687200942399d89838bc2d5d5b45152eb799a15912b8")
CAINJECTOR = _image("cainjector", "c85268c64f2e0e76684bf5fe8906caff34b82523561c6affe0fae3546bd87562")
WEBHOOK = _image("webhook", "a60e2dac46dbb8a7f3df95c54ce941012f54c2fe022f0ee55aaa1ab40ed957ae")
STARTUP_CHECK = _image("startupapicheck", "46e75b6866359ffb5d82624f41e3ed1c70b2994982702ced547ce5edb418a8f5")

PODS = {
    "cert-manager": (10, 64, 200, 256),
    "cert-manager-cainjector": (10, 64, 200, 256),
    "cert-manager-webhook": (10, 32, 100, 128),
    "cert-manager-startupapicheck": (10, 32, 100, 128),
}
"""CPU in millicores and memory in MiB that each pod is guaranteed, and may use. Assumed: there are a few certificates,
and each caches what it watches."""

WEBHOOK_PORT = 10250
"""Where the API server asks the webhook (deploy/charts/cert-manager/values.yaml, webhook.securePort)."""

INSTANCE_LABEL = {"app.kubernetes.io/instance": NAME}
"""All its pods (deploy/charts/cert-manager/templates, deployments and the job)."""
WEBHOOK_LABELS = {"app.kubernetes.io/name": "webhook", **INSTANCE_LABEL}

LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"
"""The directory of its production environment (Let's Encrypt: ACME Protocol Updates). Five identical certificates a
week."""

ISSUER = "letsencrypt.org"
"""How a CAA record names it (Let's Encrypt: Certificate Authority Authorization)."""

CHALLENGE = "_acme-challenge"
"""The label below which an authority asks for the answer to a challenge (RFC 8555, 8.4)."""

DURATION = "2160h"
"""What a certificate that the cluster signs itself is valid for: as long as one of Let's Encrypt."""
