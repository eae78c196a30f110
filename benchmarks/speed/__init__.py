"""How fast it is: ratios measured side by side on this machine, with the seconds beside them.

No figure here is a test: they depend on the machine and on what else it does.
"""

from benchmarks.speed.rows import speed_rows

__all__ = ["speed_rows"]
