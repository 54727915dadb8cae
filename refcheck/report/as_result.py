"""The signed result document, byte for byte: anything else would break its signature."""

from __future__ import annotations

from refcheck.errors import BadResult
from refcheck.report.story import State, Story


def render(story: Story) -> bytes:
    """The document that the end of the run wrote.

    Raises:
        BadResult: the run has not ended, or its result is gone.
    """
    if story.signed is None or story.state is State.OPEN:
        ended = "the run has not ended" if story.state is State.OPEN else "its result.json is gone"
        raise BadResult(
            f"{ended}, so there is no signed result of it",
            where=story.result.run_id,
            next_step="Let it end, or go on with it: `refcheck resume RUN`.",
        )
    return story.signed
