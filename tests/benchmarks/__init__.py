"""What the sandbox costs, as ratios measured in one run: ``make bench``, or ``make bench ARGS=--quick``.

Nothing here is asserted: a slow machine is no bug. Targets stand beside what was measured.
"""
