"""Smart constructors: the only way expressions are built.

They check shapes strictly (SymPy checks no symbolic one), keep the order in which factors were given, and
normalise just enough that 𝟏, I and double transposes never reach a reader.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sympy import Add, DiagMatrix, Expr, Identity, MatAdd, MatMul, Mul, OneMatrix, Transpose, ZeroMatrix, sympify
from sympy.matrices.expressions.matexpr import MatrixExpr

from symbolic.algebra.nodes import Elementwise, OrderedProduct, Total, slot
from symbolic.algebra.values import ColumnDistribution, RowDistribution
from symbolic.errors import ShapeError


def ones(rows: Any, cols: Any = 1) -> MatrixExpr:
    """𝟏 of shape (rows, cols)."""
    return OneMatrix(rows, cols)


def is_ones(matrix: MatrixExpr) -> bool:
    """Whether every entry is 1 by construction."""
    return isinstance(matrix, OneMatrix) or (isinstance(matrix, Identity) and matrix.shape[0] == 1)


def is_scalar(matrix: MatrixExpr) -> bool:
    """Whether the matrix is 1×1."""
    return bool(matrix.shape[0] == 1 and matrix.shape[1] == 1)


def coefficient_and_matrix(expr: MatrixExpr) -> tuple[Expr, MatrixExpr]:
    """c and A of c·A, with c = 1 where the expression carries no scalar."""
    if isinstance(expr, MatMul) and not getattr(expr.args[0], "is_Matrix", False):
        rest = expr.args[1:]
        return expr.args[0], rest[0] if len(rest) == 1 else MatMul(*rest)
    return sympify(1), expr


def scale(coefficient: Any, matrix: MatrixExpr) -> MatrixExpr:
    """c·A, the scalars collected in front."""
    inner, bare = coefficient_and_matrix(matrix)
    total = sympify(coefficient) * inner
    if total == 0:
        return ZeroMatrix(*matrix.shape)
    if total == 1:
        return bare
    factors = bare.args if isinstance(bare, MatMul) else (bare,)
    return MatMul(total, *factors)


def factors_of(matrix: MatrixExpr) -> tuple[MatrixExpr, ...]:
    """The matrix factors of a product (a single one for anything else), its scalar left out."""
    bare = coefficient_and_matrix(matrix)[1]
    return tuple(bare.args) if isinstance(bare, MatMul) else (bare,)


def mul(*matrices: MatrixExpr) -> MatrixExpr:
    """The matrix product A B ⋯. Raises ShapeError where inner sizes differ."""
    coefficient: Expr = sympify(1)
    product: list[MatrixExpr] = []
    for matrix in matrices:
        coefficient *= coefficient_and_matrix(matrix)[0]
        for factor in factors_of(matrix):
            if product and product[-1].shape[1] != factor.shape[0]:
                raise ShapeError(_product_mismatch(product[-1], factor))
            product.append(factor)
    if any(isinstance(factor, OneMatrix) for factor in product):
        contents = [_content(factor) for factor in product]
        coefficient, product = coefficient * Mul(*[c for c, _ in contents]), [factor for _, factor in contents]
    coefficient, product = _with_ones_summed(coefficient, product)
    if any(isinstance(factor, ZeroMatrix) for factor in product):
        return ZeroMatrix(product[0].shape[0], product[-1].shape[1])
    product = _rotate(_summed(_collapse_ones(product)))
    return scale(coefficient, product[0] if len(product) == 1 else MatMul(*product))


def _with_ones_summed(coefficient: Expr, product: list[MatrixExpr]) -> tuple[Expr, list[MatrixExpr]]:
    """𝟏 (a×n) times 𝟏 (n×b) is n times 𝟏 (a×b)."""
    kept: list[MatrixExpr] = []
    for factor in product:
        if kept and isinstance(kept[-1], OneMatrix) and isinstance(factor, OneMatrix) and factor.shape[0] != 1:
            coefficient, kept[-1] = coefficient * factor.shape[0], ones(kept[-1].shape[0], factor.shape[1])
        else:
            kept.append(factor)
    return coefficient, kept


def _content(factor: MatrixExpr) -> tuple[Expr, MatrixExpr]:
    """c and B of a factor c·B of a sum over entries: 𝟏ᵀ (2 a ∘ b) is 2 𝟏ᵀ (a ∘ b)."""
    if not isinstance(factor, Elementwise):
        return sympify(1), factor
    slots = [slot(k) for k in range(len(factor.operands))]
    coefficient, body = factor.body.as_independent(*slots, as_Add=False)
    return (coefficient, _with_operands(body, factor.operands)) if body != 1 else (sympify(1), factor)


def _product_mismatch(left: MatrixExpr, right: MatrixExpr) -> str:
    sizes = " @ ".join(f"({a.shape[0]}, {a.shape[1]})" for a in (left, right))
    return f"{left} {right}: inner sizes differ, {sizes}"


def _collapse_ones(product: list[MatrixExpr]) -> list[MatrixExpr]:
    """I A = A, 𝟏 (m×1) times 𝟏 (1×n) is 𝟏 (m×n), diag(u) 𝟏 = u and 𝟏ᵀ diag(v) = vᵀ."""
    kept: list[MatrixExpr] = []
    for factor in product:
        if isinstance(factor, Identity) or (is_scalar(factor) and is_ones(factor)):
            continue
        if kept and is_ones(kept[-1]) and is_ones(factor) and factor.shape[0] == 1:
            kept[-1] = ones(kept[-1].shape[0], factor.shape[1])
        elif kept and isinstance(kept[-1], DiagMatrix) and isinstance(factor, OneMatrix):
            kept[-1] = kept[-1].args[0]
            if factor.shape[1] != 1:
                kept.append(ones(1, factor.shape[1]))
        elif kept and isinstance(kept[-1], OneMatrix) and isinstance(factor, DiagMatrix):
            row = turned(factor.args[0])
            kept[-1:] = [row] if kept[-1].shape[0] == 1 else [ones(kept[-1].shape[0], 1), row]
        else:
            kept.append(factor)
    return kept or [product[0]]


def turned(column: MatrixExpr) -> MatrixExpr:
    """The row of a column that diag holds: of a name, an entrywise map of such or a multiple of it."""
    if isinstance(column, Elementwise):
        return Elementwise(column.body, *[turned(operand) for operand in column.operands])
    if isinstance(column, MatMul):
        coefficient, factors = coefficient_and_matrix(column)[0], factors_of(column)
        return scale(coefficient, mul(*[turned(factor) for factor in reversed(factors)]))
    if isinstance(column, MatAdd):
        return add(*[turned(term) for term in column.args])
    if isinstance(column, OneMatrix):
        return ones(column.shape[1], column.shape[0])
    if isinstance(column, Transpose):
        return column.args[0]
    return column if is_scalar(column) else Transpose(column)


def _summed(product: list[MatrixExpr]) -> list[MatrixExpr]:
    """𝟏ᵀ Y = 𝟏ᵀ where the columns of Y sum to 1, and 𝟏ᵀ (𝟏 r ∘ B) = r ∘ 𝟏ᵀ B; the same for rows."""
    for at, (left, right) in enumerate(pairwise(product)):
        found = None
        if isinstance(left, OneMatrix):
            found = _group_sum(right, 0, left.shape[0])
        elif isinstance(right, OneMatrix):
            found = _group_sum(left, 1, right.shape[1])
        if found is not None:
            return _summed([*product[:at], found, *product[at + 2 :]])
    return product


def _group_sum(matrix: MatrixExpr, axis: int, times: Any) -> MatrixExpr | None:
    """𝟏 A with that many rows (axis 0), or A 𝟏 with that many columns, in a simpler form; None if there is none."""
    if _sums_to_one(matrix, axis):
        return ones(times, matrix.shape[1]) if axis == 0 else ones(matrix.shape[0], times)
    if not isinstance(matrix, Elementwise):
        return None
    slots = [slot(k) for k in range(len(matrix.operands))]
    same = {s for s, operand in zip(slots, matrix.operands, strict=True) if _is_spread(operand, axis)}
    factors = Mul.make_args(matrix.body)
    outside = [f for f in factors if f.free_symbols & set(slots) <= same]
    inside = [f for f in factors if f not in outside]
    if not any(f.free_symbols & same for f in outside):
        return None
    operands = [_respread(o, axis, times) if s in same else o for s, o in zip(slots, matrix.operands, strict=True)]
    if not inside:
        inside_sum = scale(matrix.shape[axis], ones(*(operands[slots.index(next(iter(same)))].shape)))
    else:
        summand = _with_operands(Mul(*inside), matrix.operands)
        inside_sum = (
            mul(ones(times, matrix.shape[0]), summand) if axis == 0 else mul(summand, ones(matrix.shape[1], times))
        )
    coefficient, bare = coefficient_and_matrix(inside_sum)
    body = Mul(*outside) * (1 if is_ones(bare) else slot(len(operands)))
    return scale(coefficient, _with_operands(body, [*operands, bare]))


def _sums_to_one(matrix: MatrixExpr, axis: int) -> bool:
    inner, kinds = matrix, (ColumnDistribution, RowDistribution)
    if isinstance(matrix, Transpose):
        inner, kinds = matrix.args[0], kinds[::-1]
    return isinstance(inner, kinds[axis])


def _is_spread(matrix: MatrixExpr, axis: int) -> bool:
    """Whether a matrix is 𝟏 r (axis 0) or c 𝟏ᵀ: the same along a group."""
    factors = factors_of(matrix)
    return len(factors) > 1 and isinstance(factors[0 if axis == 0 else -1], OneMatrix)


def _respread(matrix: MatrixExpr, axis: int, times: Any) -> MatrixExpr:
    """𝟏 r with another number of rows, or c 𝟏ᵀ with another number of columns."""
    coefficient, factors = coefficient_and_matrix(matrix)[0], factors_of(matrix)
    if axis == 0:
        return scale(coefficient, mul(ones(times, factors[0].shape[1]), *factors[1:]))
    return scale(coefficient, mul(*factors[:-1], ones(factors[-1].shape[0], times)))


def _with_operands(body: Expr, operands: Any) -> MatrixExpr:
    """An elementwise node of those operands that its body names; the operand itself where it is nothing more."""
    used = [k for k in range(len(operands)) if body.has(slot(k))]
    renamed = body.xreplace({slot(k): slot(new) for new, k in enumerate(used)})
    return operands[used[0]] if renamed == slot(0) else Elementwise(renamed, *[operands[k] for k in used])


def _rotate(product: list[MatrixExpr]) -> list[MatrixExpr]:
    """B(p+1) · ∏_{k=p}^{q} A(k+1) B(k) · A(q) = ∏_{k=p+1}^{q} B(k) A(k), for products that run downwards.

    So that D^{[L]} (W^{[L]} D^{[L-1]} ⋯ W^{[2]} D^{[1]}) W^{[1]} reads D^{[L]} W^{[L]} ⋯ D^{[1]} W^{[1]}.
    The ascending case is its transpose.
    """
    for at in range(1, len(product) - 1):
        chain = product[at]
        if not isinstance(chain, OrderedProduct) or not isinstance(chain.factor, MatMul):
            continue
        halves = factors_of(chain.factor)
        if len(halves) != 2 or coefficient_and_matrix(chain.factor)[0] != 1:
            continue
        head, tail, index, step = *halves, chain.index, chain.step
        before, after = product[at - 1], product[at + 1]
        if step == -1:
            fits = before == tail.subs(index, chain.first + 1) and after == head.subs(index, chain.last - 1)
            turned = mul(tail, head.subs(index, index - 1))
            first, last = chain.first + 1, chain.last
        else:
            fits = before == tail.subs(index, chain.first - 1) and after == head.subs(index, chain.last + 1)
            turned = mul(tail.subs(index, index - 1), head)
            first, last = chain.first, chain.last + 1
        if fits:
            whole = OrderedProduct(turned, index, first, last, step)
            return [*product[: at - 1], whole, *product[at + 2 :]]
    return product


def add(*terms: MatrixExpr) -> MatrixExpr:
    """The sum A + B + ⋯, in the order given. Raises ShapeError where sizes differ."""
    flat: list[MatrixExpr] = []
    for term in terms:
        if term.shape != terms[0].shape:
            sizes = " + ".join(f"({a.shape[0]}, {a.shape[1]})" for a in (terms[0], term))
            raise ShapeError(f"{terms[0]} + {term}: sizes differ, {sizes}")
        flat.extend(term.args if isinstance(term, MatAdd) else (term,))
    coefficients: dict[MatrixExpr, Expr] = {}
    for term in flat:
        coefficient, matrix = coefficient_and_matrix(term)
        if not isinstance(matrix, ZeroMatrix):
            coefficients[matrix] = coefficients.get(matrix, 0) + coefficient
    kept = {matrix: c for matrix, c in coefficients.items() if c != 0}
    if not kept:
        return ZeroMatrix(*terms[0].shape)
    if len(kept) == 1:
        return scale(*next((c, matrix) for matrix, c in kept.items()))
    common = _common(list(kept.values()))
    parts = [scale(c / common, matrix) for matrix, c in kept.items()]
    if coefficient_and_matrix(parts[0])[0].could_extract_minus_sign():
        parts.sort(key=lambda part: bool(coefficient_and_matrix(part)[0].could_extract_minus_sign()))
    return scale(common, MatAdd(*parts))


def _common(coefficients: list[Expr]) -> Expr:
    """c > 0 where every coefficient is c or −c, −c where all are −c, and 1 otherwise."""
    first = coefficients[0]
    if any(c not in (first, -first) for c in coefficients):
        return sympify(1)
    negative = first.could_extract_minus_sign()
    magnitude = -first if negative else first
    return -magnitude if negative and all(c == first for c in coefficients) else magnitude


def total(matrix: MatrixExpr) -> MatrixExpr:
    """𝟏ᵀ A 𝟏, the sum of all entries, as a 1×1 matrix; a common minus sign comes in front."""
    coefficient, bare = coefficient_and_matrix(matrix)
    if isinstance(bare, Elementwise) and all(t.could_extract_minus_sign() for t in Add.make_args(bare.body)):
        coefficient, bare = -coefficient, Elementwise(-bare.body, *bare.operands)
    return scale(coefficient, bare if is_scalar(bare) else Total(bare))


def diag(vector: MatrixExpr) -> MatrixExpr:
    """diag(v): the square matrix with the column v on its diagonal. Raises ShapeError for anything else."""
    if vector.shape[1] != 1:
        raise ShapeError(f"diag({vector}): expected a column, got ({vector.shape[0]}, {vector.shape[1]})")
    coefficient, bare = coefficient_and_matrix(vector)
    if is_ones(bare):
        return scale(coefficient, Identity(vector.shape[0]))
    return vector if is_scalar(vector) else scale(coefficient, DiagMatrix(bare))


def power_product(factor: MatrixExpr, index: Any, first: Any, last: Any, step: int) -> MatrixExpr:
    """F(first) ⋯ F(last), as one factor where the range holds one."""
    if first == last:
        return factor.subs(index, first)
    return OrderedProduct(factor, index, first, last, step)
