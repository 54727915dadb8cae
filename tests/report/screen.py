"""A terminal of a given size: a real one for the program, and what a person would see of it."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_TOKEN = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


class Terminal:
    """Runs a Python module on a pseudo-terminal, as a child that thinks a person is looking."""

    def __init__(
        self, module: str, *arguments: str, width: int, height: int, **environ: str
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**clean, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environ},
        )  # fmt: skip
        os.close(theirs)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.written = ""
        """All that the program has written so far, with its terminal codes."""

    def until(self, words: str, seconds: float = 20) -> str:
        """What is written until these words have come."""
        end = time.monotonic() + seconds
        while words not in self.written and time.monotonic() < end:
            self._read(0.1)
        assert words in self.written, self.written
        return self.written

    def after(self, seconds: float) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._read(0.05):
            pass
        return self.written

    def ended(self) -> str:
        """All that it wrote until it ended."""
        while self._read(20):
            pass
        assert self.process.wait(20) == 0, self.written
        return self.written

    def _read(self, seconds: float) -> bool:
        """Read for so long; false when the program has closed the terminal."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:  # what Linux says at the end of a pseudo-terminal
            return False
        self.written += self._decoder.decode(data)
        return bool(data)

    def type_ctrl_c(self) -> None:
        os.write(self._ours, b"\x03")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


def seen(written: str) -> list[str]:
    """The lines on a screen that is high enough, for the codes that a live view uses."""
    lines, row, column = [""], 0, 0
    for codes, letter, control, text in _TOKEN.findall(written):
        if letter == "A":
            row -= int(codes or 1)
        elif letter == "K":
            lines[row] = "" if codes == "2" else lines[row][:column]
        elif control == "\r":
            column = 0
        elif control == "\n":
            row, column = row + 1, 0
            lines += [""] * (row + 1 - len(lines))
        elif text:
            line = lines[row].ljust(column)
            lines[row] = line[:column] + text + line[column + len(text) :]
            column += len(text)
        else:
            assert letter in "mhl", f"a code that no screen of ours knows: {codes}{letter}"
    return [line.rstrip() for line in lines]
