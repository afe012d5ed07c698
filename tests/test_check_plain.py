"""Derivations in plain text: sums and layers as they are typed where there is no LaTeX."""

from __future__ import annotations

import pytest

from symbolic import check

FILES = {
    "sums and two indices": """
z_j = sum_i w_ji x_i + b_j
a_j = sigmoid(z_j)
E = 1/2 sum_j (a_j - y_j)^2
dE/dz_j = (a_j - y_j) a_j (1 - a_j)
dE/dw_ji = (a_j - y_j) a_j (1 - a_j) x_i
dE/dw_ji = (a_j - y_j) a_j (1 - a_j) x_j  # wrong
dE/dx_i = sum_j w_ji (a_j - y_j) a_j (1 - a_j)
dE/dx_i = sum_j w_ij (a_j - y_j) a_j (1 - a_j)  # wrong
""",
    "layers in brackets": """
Z[l] = W[l] A[l-1] + b[l]
A[l] = g[l](Z[l])
dZ[l] = dA[l] * g[l]'(Z[l])
dZ[l] = dA[l] * g[l](Z[l])  # wrong
dA[l-1] = W[l]^T dZ[l]
""",
}


@pytest.mark.parametrize("name", FILES)
def test_verdicts(name: str) -> None:
    report = check(FILES[name], file="derivation.txt")
    lines = FILES[name].split("\n")
    assert len(report.claims) == len([line for line in lines if line])
    wrong = {claim.line for claim in report.claims if claim.verdict in ("wrong", "does not fit")}
    right = {claim.line for claim in report.claims if claim.verdict == "right"}
    assert wrong == {number for number, line in enumerate(lines, 1) if "# wrong" in line}
    assert right == {number for number, line in enumerate(lines, 1) if line and "# wrong" not in line}
