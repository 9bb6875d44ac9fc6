"""docs/naming.md: the convention with every type and region."""

from __future__ import annotations

from components.facts.model import DirectoryType, KubernetesType, ResourceType
from components.facts.regions import REGIONS
from components.facts.types import DIRECTORY_TYPES, KUBERNETES_TYPES, RESOURCE_TYPES
from components.naming.kubernetes import KEPT_NAMES, NAMESPACES, namespace
from stacks.pages.markdown import page, table

CONVENTION = """\
ADR-0008 v2.2: `[org]-[env]-[project]-[type]-[region]`, exactly five parts, lower case. Where Azure allows no hyphen the
parts stand together (compact); a registry whose project is its own type has no more parts (`myssharedacr`).

- Names are made in one place (`components/naming`), checked when they are made, and again by the guard on every
  resource that is registered: a name that is missing or not known before the deployment is refused.
- A name that is too long is an error, never a hash and never a shortened environment.
- A second resource of a type in a project fuses its role into the project part: `mys-prod-corenodes-nsg-san`.
- A project's short code is used only where Azure allows 24 characters or less.
- `mystira:naming.instance` (up to two characters) follows the organisation in names that are unique in all of Azure, so
  that a second platform can stand beside the live one.
- Children are named inside their parent; DNS zones by their domain.
- Kubernetes objects begin with `mys-` (below).
"""


IN_A_TENANT = """\
## In an Entra tenant

Objects of a tenant keep the display names of the live ones, with the environment in brackets:
`Mystira Admin API (dev)`.
Groups are `mystira-<environment>-<role>s`, identifier URIs `api://<tenant>/mystira-<name>-<environment>`. With
`mystira:naming.instance` the environment is `ab-dev`, in a further region `prod-euw`. Entra lets two objects have one
display name; the guard has azuread look for another one first wherever it can. `mystira:adopt` takes the id in the last
column.
"""


IN_A_CLUSTER = f"""\
## In a cluster

Objects are called `mys-<service>[-<role>]`: a cluster is one environment. Their namespaces are `mys-<environment>` for
the services, {", ".join(f"`{namespace(key)}`" for key in NAMESPACES)}. Helm releases of add-ons keep the names of their
own documents: {", ".join(f"`{name}`" for name in sorted(KEPT_NAMES))}. What is replaced at every change has no name of
its own: pulumi-kubernetes adds a suffix to the logical one, so that the new object is there before the old one goes.
The guard refuses other names, other namespaces and every `Secret`.
"""


def naming_page() -> str:
    """The whole page."""
    objects = (_object(row) for row in sorted(DIRECTORY_TYPES.values(), key=lambda row: row.key))
    types = (_row(row) for row in sorted(RESOURCE_TYPES.values(), key=lambda row: row.key))
    regions = ((region.code, name, region.source) for name, region in sorted(REGIONS.items()))
    kinds = (_kind(row) for row in sorted(KUBERNETES_TYPES.values(), key=lambda row: row.key))
    return page(
        "Naming",
        CONVENTION,
        table(("type", "code", "named", "length", "characters", "unique in", "source"), types),
        table(("code", "region", "source"), regions),
        IN_A_TENANT,
        table(("type", "told apart by", "one display name only", "taken over by"), objects),
        IN_A_CLUSTER,
        table(("type", "kind", "version", "named", "taken over by"), kinds),
    )


def _object(row: DirectoryType) -> tuple[str, ...]:
    identity = ", ".join(f"`{each}`" for each in row.identified_by)
    return row.key, identity, "yes" if row.unique_name else "", f"`{row.import_id}`"


def _kind(row: KubernetesType) -> tuple[str, ...]:
    how = "with a suffix" if row.suffixed else "as it is"
    return row.key, row.kind, f"`{row.api_version}`", how, f"`{row.import_id}`"


def _row(row: ResourceType) -> tuple[str, ...]:
    return (
        row.key,
        f"`{row.abbreviation}`" if row.abbreviation else "",
        row.naming.value,
        f"{row.rule.minimum} to {row.rule.maximum}",
        f"`{row.rule.pattern}`".replace("|", "\\|"),
        row.rule.scope.value,
        row.rule.source + (f"; {row.rule.disagreement}" if row.rule.disagreement else ""),
    )
