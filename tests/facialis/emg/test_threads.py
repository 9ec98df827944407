"""Linear algebra starts no threads of its own while this room's threads work."""

import threadpoolctl

from facialis.emg.threads import give_back, one_thread


def counts():
    """Return the threads of the libraries that numpy and scipy bring: others in this process are not asked."""
    own = ("numpy.libs", "scipy.libs")
    told = threadpoolctl.threadpool_info()
    return [one["num_threads"] for one in told if any(name in one["filepath"] for name in own)]


def test_it_is_one_thread_within_and_as_before_afterwards():
    before = counts()
    with one_thread():
        assert set(counts()) <= {1}
    assert counts() == before


def test_the_last_of_several_puts_back_what_was_before():
    before = counts()
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(counts()) <= {1}
    second.__exit__(None, None, None)
    assert counts() == before


def test_memory_can_be_given_back_anywhere():
    give_back()
