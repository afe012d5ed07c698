"""What is put in before code is printed: the activation that stands for σ, and numerically stable forms."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache, cached_property

from sympy import Expr, Integer, Wild, cosh, exp, log
from sympy.matrices.expressions.matexpr import MatrixExpr

from codegen.scalars import expm1, log1p, log_sigmoid
from symbolic.algebra.elementwise import elementwise
from symbolic.algebra.functions import A, NamedFunction, Z, prime
from symbolic.algebra.nodes import Elementwise, slot
from symbolic.algebra.program import Program, Step
from symbolic.algebra.rebuild import rebuild
from symbolic.algebra.values import LAYER, Value
from symbolic.networks.functions import activation_of
from symbolic.networks.spec import Spec

_U = Wild("u")
_C = Wild("c", properties=[lambda e: e.is_number])
_POSITIVE = Wild("u", properties=[lambda e: e.is_nonnegative])
_SIGMOID, _SOFTPLUS, _LOG_COSH = map(activation_of, ("sigmoid", "softplus", "log_cosh"))

STABLE: tuple[tuple[Expr, Expr], ...] = (
    (log(_SIGMOID(_U)), log_sigmoid(_U)),  # type: ignore[misc]
    (log(1 - _SIGMOID(_U)), log_sigmoid(-_U)),  # type: ignore[misc]
    (1 - exp(_U), -expm1(_U)),
    (exp(_U) - 1, expm1(_U)),
    (_C * exp(_U) - _C, _C * expm1(_U)),
    (1 / (1 + exp(_U)), _SIGMOID(-_U)),  # type: ignore[misc]
    (log(1 + exp(_U)), _SOFTPLUS(_U)),  # type: ignore[misc]
    (log(cosh(_U)), _LOG_COSH(_U)),  # type: ignore[misc]
    (log(1 + _POSITIVE), log1p(_POSITIVE)),
)
"""What overflows or cancels ↦ the same in a form that does not."""


@dataclass(frozen=True)
class Rewriter:
    """Turns steps of one derivation into what is printed; `forward` is its forward program."""

    forward: Program
    spec: Spec

    def __call__(self, step: Step) -> Step:
        """The step with σ replaced by the spec's activation, and in a stable form where there is one."""
        if step not in self._rewritten:
            expr = self._activated(step.expr)
            stable = expr.xreplace({node: self._stable(node) for node in expr.atoms(Elementwise)})
            self._rewritten[step] = Step(step.target, stable, step.rule, step.over)
        return self._rewritten[step]

    @cached_property
    def _rewritten(self) -> dict[Step, Step]:
        """The steps so far: those of the forward pass come in every function."""
        return {}

    # -- σ

    def _activated(self, expr: MatrixExpr) -> MatrixExpr:
        """The expression with σ replaced: σ′(z) = a (1 − a), say. What cancels for this activation does."""
        undefined = [node for node in expr.atoms(Elementwise) if _sigmas(node.body)]
        return rebuild(expr, {node: self._meant(node) for node in undefined})

    def _meant(self, node: Elementwise) -> MatrixExpr:
        function = activation_of(self.spec.activation, "f", self.spec.derivative_at_kink)
        operands = list(node.operands)
        meanings: dict[Expr, Expr] = {}
        for f in _sigmas(node.body):
            z = f.args[0]
            if function is None:
                meanings[f] = z if f.order == 0 else Integer(1)
            elif f.order == 0:
                meanings[f] = function(z)
            elif function.neat is None:
                meanings[f] = prime(function)(z)
            else:
                operands.append(self._value_at(next(o for k, o in enumerate(operands) if z == slot(k))))
                meanings[f] = function.neat.xreplace({Z: z, A: slot(len(operands) - 1)})
        return elementwise(node.body.xreplace(meanings), *operands)

    def _value_at(self, z: Value) -> Value:
        """a^{[l]} for z^{[l]}."""
        step = self._applying[self._key(z)]
        return step.target if step.over is None else step.target.subs(LAYER, z.layer)

    # -- stable forms

    def _stable(self, node: Elementwise) -> MatrixExpr:
        """The node with STABLE applied, a^{[l]} read as σ(z^{[l]}) if need be and else left as it is."""
        operands = list(node.operands)
        unfolded, folded = {}, {}
        for position, operand in enumerate(node.operands):
            step = self._computing.get(self._key(operand)) if isinstance(operand, Value) else None
            if step is not None:
                z = step.expr.operands[0]
                operands.append(z if step.over is None else z.subs(LAYER, operand.layer))
                value = step.expr.apply([slot(len(operands) - 1)])
                unfolded[slot(position)], folded[value] = value, slot(position)
        body = in_stable_form(node.body.xreplace(unfolded)).xreplace(folded)
        if body == node.body:
            return node
        used = [k for k in range(len(operands)) if body.has(slot(k))]
        return Elementwise(body.xreplace({slot(k): slot(n) for n, k in enumerate(used)}), *[operands[k] for k in used])

    # -- the activations of the forward program

    @cached_property
    def _ranged(self) -> bool:
        return any(step.over for step in self.forward)

    def _key(self, v: Value) -> Hashable:
        return v.base if self._ranged else (v.base, v.layer)

    @cached_property
    def _applying(self) -> dict[Hashable, Step]:
        """z ↦ the step that applies an activation to it."""
        return {self._key(step.expr.operands[0]): step for step in self.forward if _is_activation(step.expr)}

    @cached_property
    def _computing(self) -> dict[Hashable, Step]:
        """a ↦ the step that computes it as an activation, σ replaced."""
        steps = [Step(s.target, self._activated(s.expr), s.rule, s.over) for s in self._applying.values()]
        return {self._key(step.target): step for step in steps if _is_activation(step.expr)}


def _sigmas(body: Expr) -> list[NamedFunction]:
    """The uses of the undefined σ and its derivative, in a fixed order."""
    return sorted((f for f in body.atoms(NamedFunction) if f.label == "sigma"), key=str)


def _is_activation(expr: MatrixExpr) -> bool:
    return isinstance(expr, Elementwise) and isinstance(expr.body, NamedFunction)


@cache
def in_stable_form(body: Expr) -> Expr:
    """A scalar expression with STABLE applied."""
    for pattern, better in STABLE:
        body = body.replace(pattern, better)
    return body
