"""What a behaviour refuses and computes, read from its source, so that the coverage page cannot omit a rule.

The reading follows a behaviour's methods into its helpers, for Azure and for Entra. ``request.old`` in a condition
distinguishes create from update; any other condition counts as both.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from offline.azure.behaviour import Behaviour
from offline.rpc.protocol import ProviderError


class Verb(StrEnum):
    """The operation that is refused. ``BOTH`` is a create or an update."""

    CREATE = "create"
    UPDATE = "update"
    BOTH = "create and update"
    DELETE = "delete"


@dataclass(frozen=True, order=True)
class Site:
    """One place that refuses. ``code`` is empty where a class attribute holds it (``taken``, ``blocked_by_use`` …)."""

    code: str
    verb: Verb
    place: str


METHODS = {
    "refusals": Verb.BOTH,
    "unknown": Verb.CREATE,
    "kept_refusal": Verb.CREATE,
    "purge_refusal": Verb.DELETE,
    "delete_refusals": Verb.DELETE,
}
"""The methods with which a behaviour refuses."""
OURS = ("offline.azure", "offline.entra")
"""The packages whose functions are followed."""
REFUSALS = ("ArmError", "GraphError")
"""The classes of refusals with a code, their first argument."""


def refusals(behaviour: object) -> list[Site]:
    """Every place at which a behaviour's own methods refuse."""
    owner = type(behaviour)
    found = {
        site
        for name, verb in METHODS.items()
        if hasattr(owner, name)
        for site in _Reader(getattr(owner, name), owner, verb, frozenset()).sites()
    }
    return sorted(found)


def general(functions: Sequence[Callable[..., Any]], verb: Verb) -> list[Site]:
    """The same for functions that apply to all types."""
    return sorted({site for each in functions for site in _Reader(each, Behaviour, verb, frozenset()).sites()})


def computed(behaviour: object, methods: Sequence[str] = ("computed",)) -> list[str]:
    """The outputs that Azure or Entra computes or fills in."""
    filled = {*getattr(behaviour, "fills_in", ()), *getattr(behaviour, "settles", ())}
    made = [_keys(_function(getattr(type(behaviour), each)), frozenset()) for each in methods]
    return sorted(filled.union(*made))


class _Reader(ast.NodeVisitor):
    """Walks one function; ``above`` are its callers, which it does not enter again."""

    def __init__(self, function: Callable[..., Any], owner: type, verb: Verb, above: frozenset[FunctionType]) -> None:
        self.function = _function(function)
        self.owner = owner
        self.verb = verb
        self.above = above | {self.function}
        self.found: list[Site] = []

    def sites(self) -> list[Site]:
        self.visit(_tree(self.function))
        return self.found

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        then, otherwise = _verbs_of(ast.unparse(node.test))
        self._under(then, node.body)
        self._under(otherwise, node.orelse)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._under(_verbs_of(ast.unparse(node.iter))[0], node.body)

    def _under(self, verb: Verb | None, nodes: Sequence[ast.stmt]) -> None:
        before, self.verb = self.verb, verb if verb and self.verb is Verb.BOTH else self.verb
        for each in nodes:
            self.visit(each)
        self.verb = before

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        called = self._called(node.func)
        if _is_refusal(called):
            place = f"{self.function.__module__}:{_first_line(self.function) + node.lineno - 1}"
            self.found += [Site(code, self.verb, place) for code in self._codes(node.args[0])]
        elif isinstance(called, FunctionType) and called not in self.above:
            below = _Reader(called, self.owner, self.verb, self.above).sites()
            if called.__annotations__.get("return") in REFUSALS:
                # A helper that builds a refusal: each of its calls counts, not the helper.
                place = f"{self.function.__module__}:{_first_line(self.function) + node.lineno - 1}"
                below = [Site(each.code, self.verb, place) for each in below]
            self.found += below

    def _called(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            found = self.function.__globals__.get(node.id)
            ours = isinstance(found, FunctionType) and found.__module__.startswith(OURS)
            return found if ours or _is_refusal(found) else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = self.function.__globals__.get(node.value.id)
            if isinstance(module, ModuleType) and module.__name__.startswith(OURS):
                return getattr(module, node.attr)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            return _function(getattr(self.owner, node.attr))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "super()":
            order = self.owner.__mro__
            place = next(
                index for index, each in enumerate(order) if self.function in map(_function, vars(each).values())
            )
            return next(_function(vars(each)[node.attr]) for each in order[place + 1 :] if node.attr in vars(each))
        return None

    def _codes(self, node: ast.expr) -> list[str]:
        if isinstance(node, ast.Constant):
            return [str(node.value)]
        if isinstance(node, ast.Name):
            local = [
                _assigned(each, node.id) for each in ast.walk(_tree(self.function)) if isinstance(each, ast.Assign)
            ]
            values = [each for each in local if each is not None] or [self.function.__globals__.get(node.id)]
            return [each if isinstance(each, str) else "" for each in values]
        return [""]


def _is_refusal(called: Any) -> bool:
    return isinstance(called, type) and issubclass(called, ProviderError) and called.__name__ in REFUSALS


def _verbs_of(condition: str) -> tuple[Verb | None, Verb | None]:
    """The verbs of a condition's two branches: if it is true, if it is false."""
    if "request.old is None" in condition:
        return Verb.CREATE, Verb.UPDATE if condition == "request.old is None" else None
    if "request.old" in condition:
        return Verb.UPDATE, Verb.CREATE if condition == "request.old is not None" else None
    return None, None


def _assigned(node: ast.Assign, name: str) -> str | None:
    """The text that an assignment gives to a name: empty for anything but a constant, ``None`` for another name."""
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(target.elts)
            pairs = list(zip(target.elts, values, strict=True))
        for left, right in pairs:
            if isinstance(left, ast.Name) and left.id == name:
                return str(right.value) if isinstance(right, ast.Constant) else ""
    return None


def _keys(function: FunctionType, above: frozenset[FunctionType]) -> set[str]:
    """The keys of the mappings that a function returns, including mappings that are unpacked into them."""
    found: set[str] = set()
    if function in above:
        return found
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            pairs = zip(node.value.keys, node.value.values, strict=True)
            for key, value in pairs:
                if isinstance(key, ast.Constant):
                    found.add(str(key.value))
                elif key is None and isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                    found |= _keys(_function(function.__globals__[value.func.id]), above | {function})
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.DictComp):
            for call in ast.walk(node.value):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    found |= _keys(_function(function.__globals__[call.func.id]), above | {function})
    return {each for each in found if not each.startswith("__")}


def _function(value: Any) -> Any:
    """The plain function of a method, static or not; anything else as it is."""
    return getattr(value, "__func__", value)


@cache
def _tree(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _first_line(function: FunctionType) -> int:
    return inspect.unwrap(function).__code__.co_firstlineno


def declared(behaviour: Behaviour) -> Iterator[Site]:
    """The refusals that a class declares: immutable properties, wrong and taken names, blocked deletes."""
    place = f"{type(behaviour).__module__}.{type(behaviour).__qualname__}"
    for name in behaviour.immutable:
        code = behaviour.immutable_codes.get(name, "PropertyChangeNotAllowed")
        yield Site(code, Verb.UPDATE, f"{place}.immutable[{name}]")
    if type(behaviour).taken is not Behaviour.taken:
        yield Site(behaviour.taken[0], Verb.CREATE, f"{place}.taken")
    for name, (code, _, _) in behaviour.missing_references.items():
        yield Site(code, Verb.BOTH, f"{place}.missing_references[{name}]")
    if type(behaviour).misnamed is not Behaviour.misnamed:
        yield Site(behaviour.misnamed[0], Verb.BOTH, f"{place}.misnamed")
    for name in ("blocked_by_use", "blocked_by_children"):
        if getattr(behaviour, name):
            yield Site(getattr(behaviour, name), Verb.DELETE, f"{place}.{name}")
