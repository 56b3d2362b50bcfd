"""The steps of the feature."""

import sys
from pathlib import Path

from behave import given, then, when

sys.path.insert(0, str(Path(__file__).parents[2]))

from client import Client


@given("a directory with {number:d} people")
def has_people(context, number):
    assert len(context.sandbox.users) == number


@when("the client provides {name}")
def provide(context, name):
    Client(context.sandbox.endpoint, context.sandbox.token).provide(name)


@then("the directory has {number:d} people")
def now_has_people(context, number):
    assert len(context.sandbox.users) == number


@then("there is nothing to mend")
def is_right(context):
    context.sandbox.exchanges.assert_no_findings()
