"""Two recordings of one person held against each other: better, worse or cannot tell, and why.

>>> from facialis import compare, examine
>>> compare(examine("before.mp4"), examine("after.mp4")).verdict        # doctest: +SKIP
'better'
"""

from facialis.face.compare.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]
