"""Safe fixes of a roster's text: only the lines that must change, and nothing is ever lost.

After each step the text is read again. If its data differ in anything but the fix, the step is not
taken and its findings are left.
"""

from rollkeeper.fixing.repairs import RepairedRoster, Unmade, repairs

__all__ = ["RepairedRoster", "Unmade", "repairs"]
