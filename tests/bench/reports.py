"""A report of some 330 tests, a tenth of which did not pass: from the journal to the file."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from refcheck.report.folder import read_story
from refcheck.report.formats import Format, render
from tests.bench.commands import python
from tests.bench.measuring import Figure, compare
from tests.report import samples


def figures() -> Iterator[Figure]:
    """Every form in this process, then the whole command for the page."""
    stream = samples.events(guideline="2022.11", weather=samples.Weather(trouble=0.1, body=2000))
    texts = [json.dumps(asdict(event)) for event in stream]
    with tempfile.TemporaryDirectory(prefix="refcheck-bench-") as place:
        folder = samples.folder_of(stream, Path(place))
        for form in (one for one in Format if one is not Format.RESULT):
            size = len(render(read_story(folder, None, samples.AT), form)) / 1e6
            yield compare(
                f"{form.value} report of {len(stream[0].selected)} tests, {size:.2f} MB",
                lambda form=form: render(read_story(folder, None, samples.AT), form),
                "json.loads of the same events",
                lambda: [json.loads(text) for text in texts],
                limit=1.0,
                rounds=3,
            )
        page = str(Path(place) / "page.html")
        yield compare(
            "refcheck report RUN --format html",
            python("-m", "refcheck", "report", str(folder), "--format", "html", "-o", page),
            "refcheck --help",
            python("-m", "refcheck", "--help"),
            limit=2.0,
            rounds=3,
        )
