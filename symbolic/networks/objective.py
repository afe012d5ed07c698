"""What is differentiated: C, the loss over outputs and samples with the penalties of the weights, or the output."""

from __future__ import annotations

from sympy import DiracDelta, Expr, Integer, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.build import add, mul, scale, total
from symbolic.algebra.elementwise import elementwise, hadamard
from symbolic.algebra.functions import LogSoftmaxOf, NamedFunction, hyperparameter
from symbolic.algebra.groups import LogSoftmax, spread
from symbolic.algebra.nodes import slot
from symbolic.algebra.program import Step
from symbolic.algebra.values import ColumnDistribution, RowDistribution, Value, value
from symbolic.errors import SpecError, SymbolicError
from symbolic.networks.build import Network
from symbolic.networks.functions import OUTPUT, loss_of, reduction_factor
from symbolic.networks.tables import losses

WEIGHTED = ("weighted_mean", "weighted_sum")


def objective_steps(network: Network, per_sample: bool = False) -> tuple[Step, ...]:
    """C = (1/N) Σ over samples of the loss (or of the output itself); with penalties E, R = Σ of them, and C = E + R.

    With `per_sample` neither 1/N nor R is there, so that the column (or row) of ∂C/∂X for a sample is its own gradient.
    """
    whole = value("C", 1, 1)
    data, rule = _data_term(network, per_sample)
    if not network.penalties or per_sample:
        return (Step(whole, data, rule),)
    error, penalty = value("E", 1, 1), value("R", 1, 1)
    return (
        Step(error, data, rule),
        Step(penalty, add(*network.penalties), "penalty"),
        Step(whole, add(error, penalty), "add"),
    )


def _data_term(network: Network, per_sample: bool) -> tuple[MatrixExpr, str]:
    spec = network.spec.objective
    mean = Integer(1) if per_sample or spec.samples != "mean" else 1 / network.samples
    if spec.loss is None:
        return scale(mean, total(network.output)), "output"
    terms, factor = loss_terms(network)
    weights = sample_weights(network)
    if weights is None or per_sample:
        return scale(mean * factor, total(terms)), f"loss {spec.loss}"
    weighted = scale(factor, total(hadamard(spread(weights, network.axis, network.units(network.output)), terms)))
    if spec.samples == "weighted_sum":
        return weighted, f"loss {spec.loss}"
    return mul(weighted, elementwise(1 / slot(0), total(weights))), f"loss {spec.loss}"


def loss_terms(network: Network) -> tuple[MatrixExpr, Expr]:
    """The loss of every output of every sample, and the factor that its reduction has."""
    spec = network.spec.objective
    assert spec.loss is not None, "a network without a loss has no terms"
    try:
        row, term = loss_of(spec.loss, network.spec.derivative_at_kink)
    except SymbolicError as error:
        raise SpecError(f"{network.spec.name}: objective.loss: {error}") from None
    if term.diff(OUTPUT).has(DiracDelta):
        raise SpecError(f"{network.spec.name}: objective.loss: {spec.loss!r} jumps, so that it has no gradient there")
    factor = reduction_factor(spec.reduction or row.reduction, network.units(network.output))
    maps = {LogSoftmaxOf(OUTPUT): slot(2)}
    operands = [network.output, target_of(network)]
    if term.has(LogSoftmaxOf):
        operands.append(LogSoftmax(network.output, network.axis))
    return elementwise(term.xreplace(maps), *operands), factor


def target_of(network: Network) -> Value:
    """y, shaped like the output; a distribution over the units of each sample where the loss is for one."""
    assert network.spec.objective.loss is not None, "a network without a loss has no target"
    row, _ = loss_of(network.spec.objective.loss)
    kinds = (ColumnDistribution, RowDistribution)
    kind = kinds[network.axis] if row.target == "distribution" else Value
    rows, cols = network.output.shape
    return kind("y", rows, cols)


def sample_weights(network: Network) -> Value | None:
    """w, a number for each sample of a batch, where the objective weighs them."""
    if network.spec.objective.samples not in WEIGHTED or network.batch == "single":
        return None
    return value("w", *((1, network.samples) if network.axis == 0 else (network.samples, 1)))


def given_data(network: Network) -> tuple[Value, ...]:
    """What is given beside x and y: masks, running statistics, and the weights of the samples."""
    weights = sample_weights(network)
    return (*network.data, *(() if weights is None else (weights,)))


def hyperparameters(network: Network) -> dict[Symbol, float | None]:
    """The symbols α, λ, ε, … of a network and its objective, each with the value that the spec gives it, if any."""
    steps = (*network.program, *objective_steps(network))
    found = {s for step in steps for s in step.expr.free_symbols if isinstance(s, Symbol) and _is_hyperparameter(s)}
    functions = {f for step in steps for f in step.expr.atoms(NamedFunction)}
    found |= {given for f in functions for _, given in f.parameters if given.is_Symbol}
    defaults = {**_loss_defaults(network), **network.constants}
    return {symbol: defaults.get(symbol) for symbol in sorted(found, key=str)}


def check_names(network: Network) -> None:
    """Raises SpecError where a hyperparameter is called like a size, or two of them alike but for a _ at the end."""
    steps = (*network.program, *objective_steps(network))
    shapes = [n for step in steps for n in step.target.shape]
    sizes = {s.name for n in shapes for s in n.free_symbols if isinstance(s, Symbol)}
    names = [symbol.name for symbol in hyperparameters(network)]
    for name in names:
        if name in sizes:
            raise SpecError(f"{network.spec.name}: {name!r} is a size and a hyperparameter; call one of them otherwise")
        if name.rstrip("_") in names and name.endswith("_"):
            raise SpecError(f"{network.spec.name}: {name!r} and {name.rstrip('_')!r} are too alike; rename one of them")


def _loss_defaults(network: Network) -> dict[Symbol, float]:
    """What the parameters of the loss are by default, by the symbols that the spec gives them: huber(delta)."""
    text = network.spec.objective.loss or ""
    name, _, given = text.rstrip(") ").partition("(")
    row = losses().get(name.strip())
    return (
        {hyperparameter(s.strip()): v for s, v in zip(given.split(","), row.parameters.values(), strict=False)}
        if row
        else {}
    )


def _is_hyperparameter(symbol: Symbol) -> bool:
    return not symbol.is_integer and not symbol.is_Dummy
