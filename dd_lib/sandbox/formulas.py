"""Arithmetic over queries, "errors / hits * 100": group by group, point by point."""

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.timeseries import Group, Series

MAX_FORMULA = 500  # characters; each may be one level of depth

Numbers = Mapping[str, float]
Calculation = Callable[[Numbers], float]
Named = Mapping[str, tuple[Series, ...]]

_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """`names` are the queries that it takes numbers from."""

    names: tuple[str, ...]
    calculate: Calculation


def parse_formula(text: str, known: frozenset[str]) -> Formula:
    """Raises Refusal for a function, an unknown name, or what is no arithmetic."""
    refusal = Refusal(400, f"The sandbox cannot calculate the formula {text[:200]!r}")
    if len(text) > MAX_FORMULA:
        raise refusal
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        names = tuple(sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}))
        calculate = _calculation(tree)
    except (SyntaxError, ValueError, OverflowError) as error:
        raise refusal from error
    if not names or not known.issuperset(names):
        raise refusal
    return Formula(names, calculate)


def _calculation(node: ast.expr) -> Calculation:
    if isinstance(node, ast.Name):
        return operator.itemgetter(node.id)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        number = float(node.value)  # type: ignore[arg-type]  # a number, as just asked
        return lambda _numbers: number
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _calculation(node.operand)
        return lambda numbers: -inner(numbers)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        apply = _OPERATORS[type(node.op)]
        left, right = _calculation(node.left), _calculation(node.right)
        return lambda numbers: apply(left(numbers), right(numbers))
    raise ValueError(ast.dump(node))


def calculated(formula: Formula, named: Named) -> tuple[Series, ...]:
    """Sorted by group. A query without groups counts for every group of the others."""
    by_group = {name: {series.group: series for series in named[name]} for name in formula.names}
    groups = {group for found in by_group.values() for group in found}
    split = {group for group in groups if group} or groups
    return tuple(_joined(formula, by_group, group) for group in sorted(split))


def _joined(
    formula: Formula, by_group: Mapping[str, Mapping[Group, Series]], group: Group
) -> Series:
    """Points at the times that every query has."""
    parts = {name: found.get(group) or found.get(()) for name, found in by_group.items()}
    points = {name: part.points if part else {} for name, part in parts.items()}
    times = sorted(set.intersection(*(set(each) for each in points.values())))
    return Series(group, dict(_numbers(formula.calculate, points, times)))


def _numbers(
    calculate: Calculation, points: Mapping[str, Mapping[int, float]], times: list[int]
) -> Iterator[tuple[int, float]]:
    for time in times:
        try:
            number = calculate({name: each[time] for name, each in points.items()})
        except ZeroDivisionError:
            continue
        if math.isfinite(number):  # Datadog draws nothing where there is no number
            yield time, number
