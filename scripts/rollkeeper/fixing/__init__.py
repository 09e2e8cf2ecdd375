"""Safe repairs of a roster's text: only the lines that change, and nothing is ever lost.

After each step the text is read again. If its data are not exactly what they were, but for what was
repaired, the step is not taken and its findings are left to a person.
"""

from rollkeeper.fixing.repairs import RepairedRoster, repairs

__all__ = ["RepairedRoster", "repairs"]
