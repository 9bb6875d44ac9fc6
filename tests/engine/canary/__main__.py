"""Secrets wherever a program may put them: inputs of many shapes, outputs, texts made of them, and refused inputs."""

import pulumi
import pulumi_azure_native as azure_native

from components.monitoring.spec import TelemetrySpec
from components.monitoring.telemetry import Telemetry
from components.placement import Placement
from tests.engine.ground import REGION, TENANT, prepared

config = pulumi.Config()
phase = config.require("phase")
password, made = config.require_secret("password"), config.require_secret("made")
# Not a value that the engine has ever seen as configuration: nothing but its mark tells that it is secret.
drawn = made.apply(lambda value: "".join(reversed(value)))

ground = prepared(cost_center=phase)
group, options = ground.group, ground.options
SECRET_TAGS = {**ground.tags, "Token": drawn}
common = {"resource_group_name": group, "location": REGION, "tags": SECRET_TAGS, "opts": options}

workspace = azure_native.operationalinsights.Workspace(
    "core",
    workspace_name="mys-dev-core-log-san",
    retention_in_days=30,
    **common,
)
telemetry = Telemetry(
    "core",
    TelemetrySpec("mys-dev-core-ai-san", local_auth=True),
    Placement(group, REGION, SECRET_TAGS),
    workspace_id=workspace.id,
    opts=options,
)
vault = azure_native.keyvault.Vault(
    "core",
    vault_name="mys-dev-canary-kv-san",
    properties={"tenant_id": TENANT, "sku": {"family": "A", "name": "standard"}, "enable_rbac_authorization": True},
    **common,
)
secret = azure_native.keyvault.Secret(
    "core",
    secret_name="canary",
    vault_name=vault.name,
    resource_group_name=group,
    properties={"value": password, "content_type": drawn},
    tags=SECRET_TAGS,
    opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(retain_on_delete=True, deleted_with=vault)),
)
server = azure_native.dbforpostgresql.Server(
    "core",
    server_name="mys-dev-core-pg-san",
    sku={"name": "Standard_B1ms", "tier": "Burstable"},
    version="17",
    storage={"storage_size_gb": 32},
    administrator_login="keeper",
    administrator_login_password=password,
    auth_config={"password_auth": "Enabled", "active_directory_auth": "Disabled"},
    **common,
)
if phase == "refused":
    # Azure refuses the value, and repeats it.
    azure_native.dbforpostgresql.Configuration(
        "core",
        configuration_name="max_connections",
        server_name=server.name,
        resource_group_name=group,
        source="user-override",
        value=drawn,
        opts=options,
    )
security = azure_native.network.NetworkSecurityGroup(
    "core",
    network_security_group_name="mys-dev-corenodes-nsg-san",
    security_rules=[
        {
            "name": name,
            "description": description,
            "priority": 100 + number,
            "direction": "Inbound",
            "access": "Deny",
            "protocol": "*",
            "source_address_prefix": "*",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            "destination_port_range": "*",
        }
        for number, (name, description) in enumerate((("open", "no secret"), ("closed", drawn)))
    ],
    **common,
)
notification = azure_native.monitor.ActionGroup(
    "core",
    action_group_name="mys-dev-core-ag-glob",
    resource_group_name=group,
    location="global",
    group_short_name="core",
    # No text is taken here: the provider says what it has seen.
    enabled=drawn if phase == "misfit" else True,
    webhook_receivers=[{"name": "pager", "service_uri": pulumi.Output.concat("https://pager.example/?key=", drawn)}],
    tags=SECRET_TAGS,
    opts=options,
)


class Holder(pulumi.ComponentResource):
    """A component whose outputs are secrets."""

    def __init__(self, name: str) -> None:
        super().__init__("mystira:tests:Holder", name)
        self.register_outputs({"password": password, "inside": {"deep": [drawn]}})


Holder("holder")
# An output in a text is a hint how to do it right, not its value.
pulumi.log.info(f"the password is {password}")
pulumi.export("password", password)
pulumi.export("drawn", {"inside": [drawn, "plain"]})
pulumi.export("text", pulumi.Output.concat("a;", drawn, ";b"))
pulumi.export("json", pulumi.Output.json_dumps({"password": password, "drawn": drawn}))
pulumi.export("tags", workspace.tags)
pulumi.export("rules", security.security_rules)
pulumi.export("receivers", notification.webhook_receivers)
pulumi.export("content", secret.properties)
pulumi.export("login", server.administrator_login)
pulumi.export("telemetry", telemetry.connection_string)
