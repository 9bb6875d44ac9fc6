"""The guard: one stack transformation over every resource that the program registers.

It rejects invalid registrations: a wrong name, one that is not a plain string (azure-native would append a random
suffix to a missing one), missing tags. It adds what every registration of a type needs and nobody should have to
remember: protection, retries, time limits, the order below a parent that takes one operation at a time, deletion
together with the parent, properties ignored after creation because another controller changes them, adoption. It drops
the SDK's version aliases.

The older, eager kind of transformation on purpose: the newer one does not run under mocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import register_stack_transformation

from components.facts.model import OwnedElsewhere, RegisteredType, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN
from components.guard.adoption import adopted, adoption_key, under
from components.guard.aliases import without_version_aliases
from components.guard.checks import PROVIDER_TOKENS, problems_of
from components.guard.children import chain, goes_with
from components.guard.owned import at, warn_without_effect
from components.guard.phases import ALL, Phase, Phases
from components.guard.protection import Replacements
from components.guard.waiting import error_hook, timeouts
from components.guard.withholding import withhold
from components.problems import Problem

KUBERNETES = "kubernetes:"


@dataclass(frozen=True)
class Registered:
    """An Azure resource that the program has registered."""

    row: ResourceType
    name: str
    """Its logical name."""
    physical: str
    """The name that it has at Azure."""
    resource: pulumi.Resource


@dataclass
class Guard:
    """The settings of the guard."""

    adopt: Mapping[str, str] = field(default_factory=dict)
    """Logical names (``virtual-network/core``) to ids of live resources, which keep the names in their ids."""
    overrides: frozenset[str] = frozenset()
    """Further names that are kept although they break the convention."""
    absent_owners: frozenset[str] = frozenset()
    """Owners (``OwnedElsewhere.owner``) that own nothing here, so that their properties are not ignored."""
    replaceable: frozenset[str] = frozenset()
    """Logical names (``postgresql-server/core``) of what is not protected, because its replacement is meant."""
    tagged_images: bool = True
    """Whether a container's image may go without a digest, as in dev."""
    drop_version_aliases: bool = True
    phases: Phases = field(default_factory=Phases)
    """How far each part has taken over what lives."""
    subscription: str = ""
    """The subscription of the stack; asked for only while something waits."""
    hooks: bool = True
    """Whether hooks retry what passes and explain what is refused; off under Pulumi's mocks, which have no hooks."""

    def __post_init__(self) -> None:
        self._unused = set(self.adopt)
        self.registered: list[Registered] = []
        """The Azure resources so far whose names are known, in the order of registration."""
        self._kept = self.overrides | {id.rpartition("/")[2] for id in self.adopt.values()}
        self._live: dict[pulumi.Resource, tuple[RegisteredType, str]] = {}
        self._previous = chain()
        self._owned: list[tuple[RegisteredType, pulumi.Resource, str, OwnedElsewhere, object]] = []
        self._on_error: pulumi.ResourceHookBinding | None = None
        self._on_replacement: pulumi.ResourceHookBinding | None = None

    def install(self) -> None:
        """Guard every resource that the program registers from now on.

        A registration that breaks a rule raises :class:`pulumi.RunError` with one line a problem.
        """
        if self.hooks:
            self._on_error = pulumi.ResourceHookBinding(on_error=[error_hook()])
            self._on_replacement = Replacements().hooks
        if self.phases.any:
            withhold(self.phases, self.subscription)
        register_stack_transformation(self._transform)

    def unused(self) -> list[Problem]:
        """Entries of ``adopt`` that no registered resource answers to; ask when the program has registered all."""
        return [
            Problem(f"mystira:adopt.{key}", "no resource of this stack has this logical name", self.adopt[key])
            for key in sorted(self._unused)
        ]

    def warn_without_effect(self) -> None:
        """Warn of settings that have no effect; call when the program has registered all."""
        for each in self._owned:
            warn_without_effect(*each)

    def _transform(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        row = REGISTERED_BY_TOKEN.get(args.type_)
        live = self.adopt.get(adoption_key(args.type_, args.name))
        props = adopted(row, live, args.props) if row and live else self._below(row, args)
        problems = problems_of(args.type_, args.name, props, self._kept, tagged_images=self.tagged_images)
        if args.type_.startswith(KUBERNETES) and not _has_provider(args):
            what = "the default provider would take whatever cluster this machine knows"
            where = f'{args.type_} "{args.name}"'
            problems.append(Problem(where, what, "no provider", "the provider of the stack's own cluster"))
        if problems:
            raise pulumi.RunError("\n".join(map(str, problems)))
        if row is None or not args.type_.startswith(PROVIDER_TOKENS):
            return None
        physical = at(props, row.name_input) if isinstance(row, ResourceType) else None
        if isinstance(row, ResourceType) and isinstance(physical, str):
            self.registered.append(Registered(row, args.name, physical, args.resource))
        owned = [each for each in row.owned_elsewhere if each.owner not in self.absent_owners]
        self._owned += [(row, args.resource, args.name, each, at(props, each.path)) for each in owned if each.instead]
        options = pulumi.ResourceOptions.merge(args.opts, self._options(row, args, owned))
        self.phases.registers(args.type_, args.name)
        if live:
            self._unused.discard(adoption_key(args.type_, args.name))
            self._live[args.resource] = (row, live)
            options.import_ = live
            kept = [each for each in row.creation_only if each.kept or (each.drawn and pulumi.runtime.is_dry_run())]
            paths = [each.path.replace("[]", "[*]") for each in kept]
            options.ignore_changes = [*(options.ignore_changes or ()), *paths]
            if self.phases.now is not Phase.DONE:
                self.phases.keeps(row, live)
                options.ignore_changes = [ALL]
        if self.drop_version_aliases:
            options.aliases = without_version_aliases(args.opts.aliases or ())
        return pulumi.ResourceTransformationResult(props=props, opts=options)

    def _below(self, row: RegisteredType | None, args: pulumi.ResourceTransformationArgs) -> Mapping[str, Any]:
        """The inputs of what is not adopted; a child lies where its adopted parent does."""
        parent, live = self._live.get(args.opts.parent, (None, "")) if args.opts.parent else (None, "")
        return under(row, parent, live, args.props) if row and parent else args.props

    def _options(
        self, row: RegisteredType, args: pulumi.ResourceTransformationArgs, owned: list[OwnedElsewhere]
    ) -> pulumi.ResourceOptions:
        before = self._previous(row, args.resource, args.opts.parent)
        explained = self._on_replacement if row.holds_data or row.replacement_cost else None
        meant = adoption_key(args.type_, args.name) in self.replaceable
        hooks = pulumi.ResourceHookBinding.merge(self._on_error, explained)
        return pulumi.ResourceOptions(
            # Explicit: what holds no data would inherit it from a parent that does, and a role could not be taken away.
            protect=(row.holds_data or args.opts.protect or False) and not meant,
            ignore_changes=[each.path for each in owned] or None,
            depends_on=[before] if before else None,
            deleted_with=args.opts.deleted_with or goes_with(row, args.opts.parent),
            custom_timeouts=timeouts(row),
            hooks=hooks if self.hooks else None,
        )


def _has_provider(args: pulumi.ResourceTransformationArgs) -> bool:
    """Whether a provider is named for a resource, or for what it is part of."""
    parent = args.opts.parent
    return bool(args.opts.provider or (parent is not None and parent.get_provider(args.type_)))


def install_guard(**settings: Any) -> Guard:
    """Install a guard with these settings and return it."""
    guard = Guard(**settings)
    guard.install()
    return guard
