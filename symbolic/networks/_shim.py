from functools import cache
from sympy import Rational, Symbol
from symbolic.networks.functions import function_of, loss_term
from symbolic.networks.tables import activation, loss
@cache
def hyperparameter(name):
    return Symbol(name, real=True, positive=True)
def number(given):
    return Rational(str(given))
def activation_of(text, label, kink):
    return function_of(activation(text), kink)
def loss_of(text):
    return loss(text), loss_term(loss(text))
from sympy import Function
from symbolic.networks.functions import OUTPUT
class LogSoftmaxOf(Function):
    pass
