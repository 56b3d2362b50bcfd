"""The client under test with unittest: ``python -m unittest with_unittest``."""

import unittest

from client import Client

from sandbox.testing import Sandbox


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.sandbox = self.enterContext(Sandbox(users=2))
        self.client = Client(self.sandbox.endpoint, self.sandbox.token)

    def test_a_person_is_created_once(self):
        self.client.provide("jane")
        self.client.provide("jane")

        self.assertEqual(len(self.sandbox.users), 3)
        self.sandbox.exchanges.assert_writes(1)
        self.sandbox.exchanges.assert_no_findings()

    def test_nobody_is_left_of_the_test_before(self):
        self.assertEqual(len(self.sandbox.users), 2)


if __name__ == "__main__":
    unittest.main()
