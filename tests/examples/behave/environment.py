"""A sandbox for each scenario: ``behave tests/examples/behave``."""

from sandbox.testing import Sandbox


def before_scenario(context, scenario):
    context.sandbox = Sandbox(users=2)
    context.sandbox.__enter__()


def after_scenario(context, scenario):
    context.sandbox.__exit__(None, None, None)
