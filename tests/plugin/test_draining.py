import os
import signal
import threading

import pytest

from refcheck.plugin.draining import Stopping, first_ctrl_c_drains


def test_the_first_ctrl_c_asks_to_stop_and_the_second_interrupts(tmp_path):
    stopping, told = Stopping(tmp_path), []

    def press_twice():
        with first_ctrl_c_drains(stopping, lambda: told.append(stopping.asked)):
            os.kill(os.getpid(), signal.SIGINT)
            assert told == [True]
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        press_twice()


def test_afterwards_ctrl_c_means_what_it_meant_before(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    with first_ctrl_c_drains(Stopping(tmp_path), lambda: None):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_are_left_alone(tmp_path):
    before, seen = signal.getsignal(signal.SIGINT), []

    def body():
        with first_ctrl_c_drains(Stopping(tmp_path), lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_run_that_goes_on_forgets_that_it_was_asked_to_stop(tmp_path):
    stopping = Stopping(tmp_path)
    stopping.ask()
    stopping.forget()
    stopping.forget()
    assert not stopping.asked
