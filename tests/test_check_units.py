"""Networks unit by unit, as authors compute small examples: some units are written out, the others are like them."""

from __future__ import annotations

import pytest

from symbolic import check
from tests.test_check_judgement import assert_verdicts, parsed

FORWARD = r"""
        right: net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1
        right: out_{h1} = \frac{1}{1+e^{-net_{h1}}}
        right: net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1
        right: out_{o1} = \frac{1}{1+e^{-net_{o1}}}
        unreadable: E_{total} = \sum \frac{1}{2}(target - output)^{2}
        right: E_{o1} = \frac{1}{2}(target_{o1} - out_{o1})^{2}
        right: E_{total} = E_{o1} + E_{o2}
"""
"""The second unit of the outputs, and what the objective is in words, are not computed."""

FILES = {
    "outputs": FORWARD
    + r"""
        right: E_{total} = \frac{1}{2}(target_{o1} - out_{o1})^{2} + \frac{1}{2}(target_{o2} - out_{o2})^{2}
        right: \frac{\partial E_{total}}{\partial out_{o1}} = 2 * \frac{1}{2}(target_{o1} - out_{o1})^{2 - 1} * -1 + 0
        right: \frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o1} - out_{o1})
        not right: \frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o2} - out_{o2})
        right: \frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1})
        right: \frac{\partial net_{o1}}{\partial w_{5}} = out_{h1}
        not right: \frac{\partial net_{o1}}{\partial w_{5}} = out_{h2}
        right: \delta_{o1} = -(target_{o1} - out_{o1}) * out_{o1}(1 - out_{o1})
        right: \frac{\partial E_{total}}{\partial w_{5}} = \delta_{o1} out_{h1}
        right: \frac{\partial E_{total}}{\partial w_{6}} = \delta_{o1} out_{h2}
        not right: \frac{\partial E_{total}}{\partial w_{5}} = \delta_{o2} out_{h1}
        not right: \frac{\partial E_{total}}{\partial w_{5}} = (target_{o1} - out_{o1}) out_{o1}(1 - out_{o1}) out_{h1}
    """,
    "hidden units": FORWARD
    + r"""
        right: \frac{\partial E_{total}}{\partial w_1} = \frac{\partial}{\partial w_1} (E_{o1} + E_{o2})
        not right: \frac{\partial E_{total}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial out_{h1}}
        right: \frac{\partial E_{o1}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial net_{o1}} * w_5
        not right: \frac{\partial E_{o1}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial net_{o1}} * w_6
        not right: \frac{\partial E_{o2}}{\partial out_{h1}} = \frac{\partial E_{o2}}{\partial net_{o2}} * w_6
        right: \frac{\partial E_{total}}{\partial w_{1}} = \delta_{h1} i_1
        not right: \frac{\partial E_{total}}{\partial w_{1}} = \delta_{h1} i_2
        not right: \frac{\partial E_{total}}{\partial w_{1}} = \delta_{o1} w_5 out_{h1}(1 - out_{h1}) i_1
    """,
    "a bias that units may share": FORWARD
    + r"""
        unreadable: \frac{\partial E_{total}}{\partial b_2} = \delta_{o1}
        unreadable: \frac{\partial E_{total}}{\partial b_2} = \delta_{o1} + \delta_{o2}
        right: \frac{\partial net_{o1}}{\partial b_2} = 1
        right: \frac{\partial E_{o1}}{\partial b_2} = \delta_{o1}
    """,
}


@pytest.mark.parametrize("name", FILES)
def test_verdicts(name: str) -> None:
    text, wanted = parsed(FILES[name])
    assert_verdicts(check(text), wanted)
