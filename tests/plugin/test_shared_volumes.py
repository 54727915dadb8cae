"""What was begun early is for one test; whoever repeats that has another."""

import pytest

from refcheck.cloud.exchange import Answer
from refcheck.plugin.broker import Broker
from refcheck.plugin.given import Given
from refcheck.plugin.shared_volumes import SharedVolumes
from refcheck.testing import Body

CONTENT = b'{"os-volume_upload_image": {"image_id": "i1"}}'
NO_UTF_8 = b"\xff busy"


class Uploading(SharedVolumes):
    """A project whose volumes are uploaded as often as it is asked."""

    def __init__(self, broker, status, content):
        self._broker, self._given, self._create = broker, self, self
        self._services = lambda _kind: self
        self.status, self.content, self.asked, self.adopted = status, content, 0, []

    def volume(self):
        return Body(id="v1")

    def name(self, kind):
        return f"rc-{kind}"

    def post(self, path, **_json):
        self.asked += 1
        return Answer(f"POST {path}", self.status, {}, self.content)

    def adopt(self, kind, thing):
        self.adopted.append((kind, thing["id"]))

    def examine(self, answer, method, path, sent):
        self.examined = (answer.content, method, path, next(iter(sent)))


@pytest.fixture
def uploading(tmp_path):
    def uploading(status=202, content=CONTENT):
        return Uploading(Broker(tmp_path / "leases"), status, content)

    return uploading


def test_what_was_begun_is_taken_once_and_a_repetition_begins_anew(uploading):
    shared = uploading()
    assert shared.upload
    shared.take("upload")
    assert shared.asked == 1
    shared.take("upload")
    assert shared.asked == 2


@pytest.mark.parametrize(("status", "adopted"), [(202, 1), (200, 1), (409, 0)])
def test_whatever_is_accepted_is_removed_in_the_end(uploading, status, adopted):
    shared = uploading(status)
    shared.take("upload")
    assert len(shared.adopted) == adopted


def test_the_answer_is_examined_as_it_came(uploading):
    shared = uploading(409, NO_UTF_8)
    given = Given(shared._services, None, None, shared)
    assert given.begun_upload()[2].content == NO_UTF_8
    assert shared.examined == (NO_UTF_8, "POST", "/volumes/v1/action", "os-volume_upload_image")
