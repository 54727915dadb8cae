"""The garbage collector rests while modules are imported, and works while tests run."""

import gc

from refcheck.plugin.heap import Heap

pytest_plugins = ["pytester"]


def test_it_rests_until_tests_run(pytester):
    pytester.makepyfile(
        "import gc\nat_import = gc.isenabled()\n"
        "def test_it(): assert (at_import, gc.isenabled()) == (False, True)\n"
    )
    pytester.inline_run("-p", "no:cacheprovider", plugins=[Heap()]).assertoutcome(passed=1)
    assert gc.isenabled()


def test_it_works_again_where_nothing_is_run(pytester):
    pytester.inline_run("-p", "no:cacheprovider", "--collect-only", plugins=[Heap()])
    assert gc.isenabled()
