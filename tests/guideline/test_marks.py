"""What a program's mark allows to be said, word for word."""

from __future__ import annotations

import pytest

from refcheck.guideline.marks import addon_mark, program_mark
from refcheck.guideline.model import Mark


@pytest.mark.parametrize(
    ("title", "wording", "product_name"),
    [
        (
            "OpenStack Powered Platform",
            "May use the mark 'OpenStack Powered Platform', and OpenStack in the product's name.",
            True,
        ),
        (
            "OpenStack Powered Compute",
            (
                "May use the mark 'OpenStack Powered Compute' only; "
                "not OpenStack in the product's name."
            ),
            False,
        ),
        ("SCS", "May be said to meet SCS; it is no OpenStack mark.", False),
    ],
)
def test_a_program_s_mark(title, wording, product_name):
    assert program_mark(title) == Mark(title, wording, product_name=product_name)


def test_an_add_on_s_mark_stands_beside_that_of_a_program():
    assert addon_mark("DNS") == Mark(
        "OpenStack Powered with DNS",
        "May add 'with DNS' to the mark of a program that it qualifies for.",
        product_name=False,
    )
