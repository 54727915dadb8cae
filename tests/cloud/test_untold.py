"""What the harness is not told is the credentials' fault, or the cloud's."""

import pytest

from refcheck.cloud.exchange import Answer
from refcheck.cloud.untold import untold


@pytest.mark.parametrize(
    ("status", "whose"),
    [(401, "credentials"), (403, "credentials"), (404, "cloud"), (500, "cloud")],
)
def test_the_status_says_whose_fault_it_is(status, whose):
    answer = Answer("GET http://c/flavors", status, {}, b'{"message": "no such luck"}')
    wanted = (
        f"{whose}: flavors cannot be listed: GET http://c/flavors answered {status} no such luck"
    )
    assert str(untold("flavors cannot be listed", answer)) == wanted
