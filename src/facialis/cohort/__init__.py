"""Many recordings at once: the same call over a folder on a laptop and on a cluster, on ``dask.distributed``.

A room a question: which ``clips`` there are, what is finished already (``parts``), who measures (``engine``, ``worker``
and the ``child`` process that a broken decoder may kill), in what order (``run``), and what the ``table`` says.
See ``docs/cohort.md``.
"""

from __future__ import annotations


class CohortError(Exception):
    """The call, the manifest or the cluster is wrong; the text is one line: what, where, what to do."""
