"""Shapes of requests and answers, read from the installed stripe-python's own annotations.

No file of shapes is kept: they are made when first asked for, from `stripe.params.*` and the
resource classes, and so are always those of the client that the product runs with.
"""

import ast
import importlib
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import stripe
import typing_extensions
from stripe import RequestOptions

PACKAGE = Path(stripe.__file__).parent
UNTYPED = ("UntypedStripeObject", "StripeObject")
_TRANSPORT = frozenset(RequestOptions.__annotations__)


class Shape:
    """What a value must look like: read from text, checked, or made in its smallest form."""

    def read(self, value: Any) -> Any:
        """The value as its own type; a form sends text only. What does not fit stays."""
        return value

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        yield from ()

    def blank(self) -> Any:
        return None


@dataclass(frozen=True)
class Scalar(Shape):
    kind: type

    def read(self, value: Any) -> Any:
        if self.kind is bool and value in ("true", "false"):
            return value == "true"
        if self.kind is int and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
            return int(value)
        if self.kind is float and isinstance(value, str) and re.fullmatch(r"-?[\d.]+", value):
            return float(value)
        return value

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        wanted = (int, float) if self.kind is float else self.kind
        if not isinstance(value, wanted) or (self.kind is int and isinstance(value, bool)):
            yield f"{where}: {value!r} is not {self.kind.__name__}"

    def blank(self) -> Any:
        return None if self.kind is types.NoneType else self.kind()


class DecimalText(Scalar):
    """A decimal number, sent as text."""

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
            yield f"{where}: {value!r} is not a decimal number"

    def blank(self) -> Any:
        return "0"


@dataclass(frozen=True)
class Choice(Shape):
    values: tuple[Any, ...]

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if value not in self.values:
            yield f"{where}: {value!r} is none of {', '.join(map(repr, self.values[:8]))}"

    def read(self, value: Any) -> Any:
        return value == "true" if value in ("true", "false") and True in self.values else value

    def blank(self) -> Any:
        return self.values[0]


@dataclass(frozen=True)
class Either(Shape):
    options: tuple[Shape, ...]

    def read(self, value: Any) -> Any:
        for option in self.options:
            known = option.read(value)
            if not any(option.faults(known)):
                return known
        return value

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        tried = [list(option.faults(value, where)) for option in self.options]
        if all(tried):
            # The option that got furthest explains best what is wrong.
            yield from max(tried, key=lambda found: found[0].count("."))

    def blank(self) -> Any:
        nothing = any(isinstance(o, Scalar) and o.kind is types.NoneType for o in self.options)
        return None if nothing else self.options[0].blank()

    @property
    def may_lack(self) -> bool:
        return any(isinstance(o, Scalar) and o.kind is types.NoneType for o in self.options)


@dataclass(frozen=True)
class Items(Shape):
    item: Shape

    def read(self, value: Any) -> Any:
        return [self.item.read(one) for one in value] if isinstance(value, list) else value

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where}: not a list"
            return
        for i, one in enumerate(value):
            yield from self.item.faults(one, f"{where}[{i}]")

    def blank(self) -> Any:
        return []


@dataclass(frozen=True)
class Page(Shape):
    """A list object, as every list endpoint answers."""

    item: Shape

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if not isinstance(value, dict) or value.get("object") != "list":
            yield f"{where}: not a list object"
            return
        for name, kind in (("data", list), ("has_more", bool), ("url", str)):
            if not isinstance(value.get(name), kind):
                yield f"{where}.{name}: missing, or not {kind.__name__}"
        yield from Items(self.item).faults(value.get("data", []), f"{where}.data")

    def blank(self) -> Any:
        return {"object": "list", "data": [], "has_more": False, "url": "/"}


@dataclass(frozen=True)
class Table(Shape):
    value: Shape

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: self.value.read(one) for name, one in value.items()}

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: not a table"
            return
        for name, one in value.items():
            yield from self.value.faults(one, f"{where}.{name}")

    def blank(self) -> Any:
        return {}


@dataclass(frozen=True)
class Record(Shape):
    """A typed dictionary of parameters, which is closed, or a resource, which may grow."""

    of: type
    closed: bool

    @cached_property
    def fields(self) -> dict[str, tuple[Shape, bool]]:
        """By name: the shape, and whether it must be there."""
        found = {}
        for owner in reversed(self.of.__mro__):
            for name, hint in inspect.get_annotations(owner).items():
                known = _resolve(hint, self.of)
                if name.startswith("_") or (self.closed and name in _TRANSPORT):
                    continue
                origin = typing.get_origin(known)
                if origin is typing.ClassVar:
                    continue
                optional = origin in (typing_extensions.NotRequired, typing.NotRequired)
                if optional:
                    (known,) = typing.get_args(known)
                shape = shape_of(known, self.of, closed=self.closed)
                lacking = isinstance(shape, Either) and shape.may_lack
                found[name] = (shape, not optional and (self.closed or not lacking))
        return found

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = self.fields
        return {
            name: known[name][0].read(one) if name in known else one
            for name, one in value.items()
        }

    def faults(self, value: Any, where: str = "") -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: not an object"
            return
        for name, (shape, needed) in self.fields.items():
            if name in value:
                yield from shape.faults(value[name], f"{where}.{name}")
            elif needed:
                yield f"{where}.{name}: missing"
        if self.closed:
            for name in value.keys() - self.fields.keys():
                yield f"{where}.{name}: unknown parameter"

    def blank(self) -> Any:
        return {
            name: shape.blank()
            for name, (shape, _needed) in self.fields.items()
            if name != "deleted"
        }


ANYTHING = Shape()
_SCALARS = {
    bool: Scalar(bool), int: Scalar(int), float: Scalar(float), str: Scalar(str),
    Decimal: DecimalText(str), types.NoneType: Scalar(types.NoneType),
}  # fmt: skip


def shape_of(hint: Any, owner: type, *, closed: bool) -> Shape:
    """The shape that an annotation of `owner` describes."""
    hint = _resolve(hint, owner)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    name = getattr(origin or hint, "__name__", "")
    if hint in _SCALARS:
        return _SCALARS[hint]
    if origin in (typing.Literal, typing_extensions.Literal):
        return Choice(inner)
    if origin in (typing.Union, types.UnionType):
        return _either([shape_of(one, owner, closed=closed) for one in inner])
    if origin is list:
        return Items(shape_of(inner[0], owner, closed=closed))
    if name == "ListObject":
        return Page(shape_of(inner[0], owner, closed=closed))
    if origin is dict or name in UNTYPED:
        return Table(shape_of(inner[-1], owner, closed=closed) if inner else ANYTHING)
    if isinstance(hint, type) and hint.__module__.startswith("stripe"):
        return record(hint, closed=closed)
    return ANYTHING


@cache
def record(of: type, *, closed: bool) -> Record:
    return Record(of, closed)


def _either(options: list[Shape]) -> Shape:
    """The client leaves room for new words (`Literal[…] | str`); here only known ones pass."""
    named = any(isinstance(one, Choice) and any(one.values) for one in options)
    kept = [one for one in options if not (named and one == _SCALARS[str])]
    return kept[0] if len(kept) == 1 else Either(tuple(kept))


def _resolve(hint: Any, owner: type) -> Any:
    while isinstance(hint, (str, typing.ForwardRef)):
        text = hint if isinstance(hint, str) else hint.__forward_arg__
        hint = eval(text, {}, _Names(owner))  # noqa: S307 - the pinned client's own source
    return hint


class _Names(dict[str, Any]):
    """What a name means in a class of the client, including imports for type checkers only."""

    def __init__(self, owner: type) -> None:
        super().__init__()
        self.owner = owner

    def __missing__(self, name: str) -> Any:
        module = sys.modules[self.owner.__module__]
        scope: Any = module
        inside = [module]
        for part in self.owner.__qualname__.split("."):
            scope = getattr(scope, part)
            inside.append(scope)
        for place in reversed(inside):
            if name in vars(place):
                return vars(place)[name]
        imported = _imports(self.owner.__module__).get(name)
        if imported is None:
            raise KeyError(name)
        return _load(imported)


Place = tuple[str, str]
"""A module of the client and a name in it."""


def _load(place: Place) -> Any:
    return getattr(importlib.import_module(place[0]), place[1])


@cache
def _imports(module: str) -> dict[str, Place]:
    source = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
    return _imports_of(ast.parse(source))


def _imports_of(tree: ast.Module) -> dict[str, Place]:
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@dataclass(frozen=True)
class Endpoint:
    """One call the client can make, with the shapes of both directions."""

    method: str
    path: str
    parameters: Shape
    answer: Shape


@cache
def _calls() -> dict[tuple[str, str], tuple[str, str, str]]:
    """By method and path: the module of the service, its parameters and what it returns."""
    found = {}
    for path in sorted(PACKAGE.rglob("*_service.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or node.returns is None:
                continue
            for call in ast.walk(node):
                name = getattr(getattr(call, "func", None), "attr", "")
                if isinstance(call, ast.Call) and name == "_request":
                    method, route = call.args[0].value.upper(), _route(call.args[1])
                    found[method, route] = (module, _parameters(node), _returned(node))
    return found


def _route(node: Any) -> str:
    return str(node.func.value.value if isinstance(node, ast.Call) else node.value)


def _parameters(node: ast.FunctionDef) -> str:
    hints = [a.annotation for a in node.args.args if a.arg == "params" and a.annotation]
    found = re.search(r"\w+Params", ast.unparse(hints[0])) if hints else None
    return found.group() if found else ""


def _returned(node: ast.FunctionDef) -> str:
    return ast.literal_eval(node.returns) if isinstance(node.returns, ast.Constant) else ""


def endpoint_count() -> int:
    return len(_calls())


@cache
def endpoint(method: str, path: str) -> Endpoint | None:
    """The client's endpoint for an address, the one without a variable part first."""
    for (known, route), (module, parameters, returned) in sorted(
        _calls().items(), key=lambda call: call[0][1].count("{")
    ):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route))
        if known == method and re.fullmatch(pattern, path):
            names = _imports(module)
            return Endpoint(
                method,
                route,
                _named(parameters, names, closed=True),
                _answer(returned, names),
            )
    return None


def _named(name: str, names: dict[str, Place], *, closed: bool) -> Shape:
    if name not in names:
        return ANYTHING
    return record(_load(names[name]), closed=closed)


def _answer(returned: str, names: dict[str, Place]) -> Shape:
    words = re.findall(r"\w+", returned)
    if not words:
        return ANYTHING
    shape = _named(words[-1], names, closed=False)
    return Page(shape) if words[0] == "ListObject" else shape
