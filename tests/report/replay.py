"""A sample run, told on the terminal that this process has: `python -m tests.report.replay`."""

import itertools
import sys
import time

from rich.console import Console

from refcheck.report.progress import Progress
from tests.report import samples


def main(events: int, pause: float) -> None:
    """Tell so many events at once, and leave the picture on the screen for that many seconds."""
    console = Console(highlight=False)
    stream = samples.events(seed=11, weather=samples.Weather(trouble=0.3))
    console.print("run of a cloud")
    with Progress(console) as progress:
        for event in itertools.islice(stream, events):
            progress.take(event)
        time.sleep(pause)
    console.print("verdict")


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
