"""The services that tests plan: a catalogue of their own, so that the committed one may change."""

from __future__ import annotations

from components.naming.builder import Project
from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Port, Probe, Service, Stream, Use, Workload
from stacks.catalogue.needs.aspnet import AspNet
from stacks.catalogue.needs.base import Variable
from stacks.catalogue.needs.browsers import Browsers
from stacks.catalogue.needs.cache import Cache
from stacks.catalogue.needs.calls import Calls
from stacks.catalogue.needs.database import Database
from stacks.catalogue.needs.disk import Disk
from stacks.catalogue.needs.documents import Documents
from stacks.catalogue.needs.files import Files
from stacks.catalogue.needs.flags import Flags
from stacks.catalogue.needs.mail import Mail
from stacks.catalogue.needs.messages import Messages
from stacks.catalogue.needs.migration import Migration
from stacks.catalogue.needs.models import Models
from stacks.catalogue.needs.outside import Outside
from stacks.catalogue.needs.search import Search
from stacks.catalogue.needs.sign_in import Directory, Role, Scope, SignsIn, TakesCalls, TakesTokens
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault
from stacks.catalogue.objectives import Objective, Objectives, reads, writes

EVENTS = ("AccountCreated", "ProfileUpdated", "SessionCompleted", "ScenarioPurchased")
QUEUES = ("admin-notifications", "app-events", "publisher-events")

_DOTNET_PORTS = (Port("http", 8080), Port("health", 8081, use=Use.HEALTH))
_ALIVE = Probe("health")
_READY = Probe("health", period_seconds=5)
_STARTED = Probe("health", period_seconds=5, failures=30)

_CHAIN_DATA = "/data"

CLAIMS = ("email", "family_name", "given_name")

ADMIN_SCOPES = (
    Scope("Admin.Read", "Read what the administration sees", "Reads content, users and settings as an administrator."),
    Scope("Admin.Write", "Change what the administration sees", "Changes content and settings as an administrator."),
    Scope("Users.Manage", "Manage users", "Blocks, restores and changes accounts of users."),
    Scope("Content.Moderate", "Moderate content", "Approves, hides and removes content."),
)
ADMIN_ROLES = (
    Role("Admin", "Admin", "Administers content, users and settings.", "admins"),
    Role("SuperAdmin", "Super Admin", "Administers everything, administrators included.", "superadmins"),
    Role("Moderator", "Moderator", "Moderates content.", "moderators"),
    Role("Viewer", "Viewer", "Sees what the administration sees, and changes nothing.", "viewers"),
)
CONSUMER_SCOPES = (
    Scope("API.Access", "Use Mystira", "Calls the public API on behalf of the customer."),
    Scope("Stories.Read", "Read stories", "Reads the customer's stories."),
    Scope("Stories.Write", "Create and change stories", "Creates and changes the customer's stories."),
    Scope("Profile.Read", "Read the profile", "Reads the customer's profile."),
)

CATALOGUE = Catalogue(
    (
        Service(
            key="app",
            project=Project("app"),
            group="app",
            objectives=Objectives(
                99.9, (*reads((50, 100), (95, 500), (99, 1000)), *writes((50, 200), (95, 750), (99, 1500)))
            ),
            endpoints=(
                Endpoint("api", HostKind.APP_SERVICE, "/health", streams=Stream.WEBSOCKET),
                Endpoint("app", HostKind.STATIC_SITE, login_path="/authentication/login-callback"),
            ),
            workload=Workload(
                HostKind.APP_SERVICE,
                (Port("http", 8080),),
                (0.25, 512),
                (1.0, 1024),
                liveness=Probe("http"),
                readiness=Probe("http", period_seconds=5),
                startup=Probe("http", period_seconds=5, failures=30),
                writable=("/tmp",),
            ),
            needs=(
                AspNet(),
                Telemetry(),
                Vault(signing_keys=("jwt-signing",)),
                Documents(),
                Files(
                    ("mystira-app-media", "avatars", "audio", "content-bundles", "archives", "uploads"),
                    put_away=("archives",),
                ),
                Database("mystiraapp", secret="postgresql-connection-string"),
                Cache(("cache", "locks", "queues")),
                Messages(publishes=EVENTS, receives=("app-events",)),
                Mail(),
                Browsers(),
                Migration(),
                Flags(("ChainGrpc",)),
                Calls("chain", endpoint="chain", variable="ConnectionStrings__ChainGrpc"),
                TakesTokens(
                    title="Public API",
                    name="mystira-api",
                    directory=Directory.CONSUMERS,
                    scopes=CONSUMER_SCOPES,
                    published=(("pwa-client-id", "external-id/client-id/pwa"),),
                    providers=("google", "discord"),
                ),
                SignsIn(title="PWA", endpoint="app", api="app", graph=("openid", "offline_access"), key="pwa"),
            ),
            repository="Mystira.workspace",
        ),
        Service(
            key="admin-api",
            project=Project("admin", "adm", "adm"),
            group="admin",
            objectives=Objectives(99.0),
            endpoints=(Endpoint("admin-api", HostKind.AKS, "/health", streams=Stream.WEBSOCKET),),
            workload=Workload(
                HostKind.AKS,
                _DOTNET_PORTS,
                liveness=_ALIVE,
                readiness=_READY,
                startup=_STARTED,
                writable=("/tmp",),
            ),
            needs=(
                AspNet(),
                Telemetry(),
                Vault(),
                Database("adminapi"),
                Documents(containers=("Scenarios", "ContentBundles")),
                Database("mystiraapp", read_only=True),
                Cache(("cache", "locks")),
                Cache(("queues",), of="app"),
                Messages(receives=("admin-notifications",)),
                Migration(),
                Calls("chain"),
                Calls("publisher"),
                Calls("story-generator"),
                TakesTokens(
                    title="Admin API",
                    name="mystira-admin-api",
                    directory=Directory.WORKFORCE,
                    scopes=ADMIN_SCOPES,
                    roles=ADMIN_ROLES,
                    claims=CLAIMS,
                    published=(("admin-ui-client-id", "entra/client-id/admin-ui"),),
                ),
            ),
            repository="Mystira.workspace",
        ),
        Service(
            key="admin-ui",
            project=Project("adminui", "admui", "aui"),
            group="admin",
            objectives=Objectives(99.0),
            endpoints=(Endpoint("admin", HostKind.STATIC_SITE, login_path="/auth/callback"),),
            needs=(
                SignsIn(
                    title="Admin UI",
                    endpoint="admin",
                    api="admin-api",
                    graph=("User.Read", "email", "profile", "offline_access", "openid"),
                    access_claims=("email",),
                    id_claims=CLAIMS,
                ),
            ),
        ),
        Service(
            key="story-generator",
            project=Project("story", tight="sty"),
            group="story",
            objectives=Objectives(99.9, writes((50, 2000), (95, 5000), (99, 10000))),
            endpoints=(Endpoint("story-api", HostKind.AKS, "/health"), Endpoint("story", HostKind.STATIC_SITE)),
            workload=Workload(
                HostKind.AKS,
                _DOTNET_PORTS,
                (0.25, 512),
                (1.0, 1024),
                liveness=_ALIVE,
                readiness=_READY,
                startup=_STARTED,
                writable=("/tmp",),
            ),
            needs=(
                AspNet(),
                Telemetry(),
                Vault(),
                Database("storygenerator"),
                Database("mystiraapp", read_only=True),
                Cache(),
                Models(("gpt-4o", "gpt-4o-mini")),
                Search(),
                Messages(subscribes=("ProfileUpdated",)),
                TakesCalls("Story Generator"),
            ),
            repository="Mystira.workspace",
        ),
        Service(
            key="publisher",
            project=Project("publisher", "pub", "pub"),
            group="publisher",
            objectives=Objectives(99.5, (*reads((50, 200), (95, 800)), *writes((50, 500), (95, 2000)))),
            endpoints=(Endpoint("publisher", HostKind.AKS, "/health"),),
            workload=Workload(
                HostKind.AKS,
                (Port("http", 3000), Port("health", 3001, use=Use.HEALTH)),
                liveness=Probe("health"),
                readiness=Probe("health", period_seconds=5),
                startup=Probe("health", period_seconds=3, failures=20),
                variables=(
                    Variable("NODE_ENV", literal="production"),
                    Variable("PORT", literal="3000"),
                    Variable("HEALTH_PORT", literal="3001"),
                ),
            ),
            needs=(
                Telemetry(),
                Vault(),
                Database("publisher", url=True),
                Messages(
                    subscribes=("ScenarioPurchased",), sends=("publisher-events",), receives=("publisher-events",)
                ),
                Calls("chain", port="rpc", secret="chain-rpc-endpoint"),
                Calls("story-generator"),
                TakesCalls("Publisher"),
            ),
            repository="Mystira.workspace",
        ),
        Service(
            key="chain",
            project=Project("chain", tight="chn"),
            group="chain",
            objectives=Objectives(99.5, (Objective(50, 5000), Objective(95, 15000))),
            endpoints=(Endpoint("chain", HostKind.AKS, internal=True, port="grpc", streams=Stream.GRPC),),
            workload=Workload(
                HostKind.AKS,
                (
                    Port("rpc", 8545),
                    Port("ws", 8546),
                    Port("grpc", 50051),
                    Port("p2p", 30303, use=Use.PEERS),
                    Port("p2p-udp", 30303, "UDP", Use.PEERS),
                ),
                (0.5, 2048),
                (2.0, 4096),
                # TCP until it speaks gRPC's health protocol (S1-023).
                liveness=Probe("grpc", "TCP", period_seconds=30),
                readiness=Probe("grpc", "TCP"),
                startup=Probe("grpc", "TCP", period_seconds=3, failures=20),
                writable=("/tmp",),
                variables=(Variable("CHAIN_DATA_DIR", literal=_CHAIN_DATA),),
                pool="chain",
            ),
            needs=(
                Telemetry(),
                Vault(),
                Messages(subscribes=("ScenarioPurchased",)),
                Disk(100, _CHAIN_DATA),
                Outside(("30303/TCP", "30303/UDP", "443/TCP")),
                TakesCalls("Chain"),
            ),
            repository="Mystira.Chain",
        ),
        Service(
            key="data-migration",
            project=Project("migration", "migr", "mig"),
            group="app",
            workload=Workload(HostKind.JOB, (), (0.5, 512), (1.0, 1024)),
            needs=(Documents(read_only=True), Database("mystiraapp", rows_only=True)),
            repository="Mystira.workspace",
        ),
        Service(
            key="analytics",
            project=Project("analytics", "anlyt", "anl"),
            group="admin",
            workload=Workload(HostKind.JOB, (), (0.5, 512), (1.0, 1024)),
            needs=(Database("mystiraapp", read_only=True),),
            repository="Mystira.workspace",
        ),
        Service(
            key="training-export",
            project=Project("training", "train", "trn"),
            group="story",
            workload=Workload(HostKind.JOB, (), (0.5, 512), (1.0, 1024)),
            needs=(Database("mystiraapp", read_only=True), Files(("training-data",), put_away=("training-data",))),
            repository="Mystira.workspace",
        ),
        Service(
            key="devhub",
            project=Project("devhub", "hub", "hub"),
            group="app",
            objectives=Objectives(99.0),
            endpoints=(Endpoint("docs", HostKind.STATIC_SITE),),
        ),
    ),
    queues=QUEUES,
    events=EVENTS,
)
