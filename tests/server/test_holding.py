"""Who decides for a cloud, and how an administrator gives it to another account."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result
from refcheck_server.command import registry as command
from refcheck_server.results.models import Cloud
from sqlalchemy import update

from refcheck.errors import RefcheckError
from refcheck.result.outcome import Outcome
from tests.server import samples
from tests.server.conftest import Registry

PREFIX = samples.CLOUD[:8]


def failing(test):
    return replace(samples.passed(test), outcome=Outcome.FAILED, reason="no")


def undecided(test):
    return replace(samples.passed(test), outcome=Outcome.UNDECIDED, reason="not run")


def administer(registry: Registry, *arguments: str) -> Result:
    return CliRunner().invoke(
        command, ["cloud", *arguments, "--database", registry.settings.database_url]
    )


def refused(registry: Registry, *arguments: str) -> RefcheckError:
    ended = administer(registry, *arguments)
    assert isinstance(ended.exception, RefcheckError), ended.output
    return ended.exception


def cloud(registry: Registry) -> dict:
    return registry.client.get(f"/api/v1/clouds/{samples.CLOUD}").get_json()


def deciding(registry: Registry) -> set[tuple[str, str]]:
    """The result and the capability rule that stand, of every program."""
    return {(one["result"], one["capability_rule"]) for one in cloud(registry)["standing"]}


@pytest.fixture
def squatted(registry):
    """A cloud that `evil` holds with a forged result; `example` is its real owner."""
    forged = samples.result(run_id="forged", ended="2026-11-20T11:59:00Z")
    assert registry.submit(forged, member=registry.join("evil")).status_code == 201
    return registry


def test_a_cloud_that_is_given_to_its_owner_stands_by_the_owners_results(squatted):
    true = squatted.submit(samples.result(failing)).get_json()["id"]
    assert cloud(squatted)["holder"] == "evil"
    assert {rule for _, rule in deciding(squatted)} == {"held"}
    ended = administer(squatted, "hold", PREFIX, "example")
    assert ended.exit_code == 0, ended.output
    assert "held by   example (before: evil)" in ended.output
    assert f"(result {true})" in ended.output
    assert cloud(squatted)["holder"] == "example"
    assert deciding(squatted) == {(true, "not held")}


def test_the_former_holders_results_stay_and_decide_nothing_any_more(squatted):
    true = squatted.submit(samples.result(failing)).get_json()["id"]
    administer(squatted, "hold", samples.CLOUD, "example")
    newer = samples.result(run_id="forged again", ended="2026-11-20T12:00:00Z")
    again = squatted.submit(newer, member=squatted.members["evil"])
    assert again.status_code == 201
    assert deciding(squatted) == {(true, "not held")}
    assert cloud(squatted)["total"] == 3
    assert "Does not decide." in squatted.client.get(f"/results/{again.get_json()['id']}").text


def test_the_new_holders_next_result_decides(squatted):
    administer(squatted, "hold", PREFIX, "example")
    next_one = squatted.submit(samples.result(failing)).get_json()["id"]
    assert deciding(squatted) == {(next_one, "not held")}


def test_a_cloud_whose_new_holder_sent_nothing_complete_stands_for_nothing(squatted):
    squatted.submit(samples.result(complete=False))
    ended = administer(squatted, "hold", PREFIX, "example")
    assert "stands    nothing: no complete result of example is here yet" in ended.output
    assert cloud(squatted)["standing"] == []
    assert squatted.client.get(f"/clouds/{samples.CLOUD}").status_code == 200
    assert squatted.client.get(f"/clouds/{samples.CLOUD}/badge.svg").status_code == 200


def test_what_stands_is_what_would_stand_had_the_account_held_the_cloud_always(registry):
    """The rule of uploads again: a run that decides first, then the newer run, then the later."""
    sent = [
        samples.result(failing, run_id="a", ended="2026-11-20T11:30:00Z"),
        samples.result(run_id="b", ended="2026-11-20T11:50:00Z"),
        samples.result(failing, run_id="c", ended="2026-11-20T11:10:00Z"),
        samples.result(run_id="d", ended="2026-11-20T11:50:00Z"),
        samples.result(undecided, run_id="e", ended="2026-11-20T11:58:00Z"),
        samples.result(failing, run_id="f", ended="2026-11-20T11:59:00Z", complete=False),
    ]
    for one in sent:
        assert registry.submit(one).status_code == 201
        registry.clock.forward(seconds=1)
    before = deciding(registry)
    assert {rule for _, rule in before} == {"held"}
    registry.join("other")
    for name in ("other", "example", "example"):
        assert administer(registry, "hold", PREFIX, name).exit_code == 0
    assert deciding(registry) == before


def test_another_cloud_of_the_same_account_is_left_as_it_is(squatted):
    other = hashlib.sha256(b"another catalogue").hexdigest()
    squatted.submit(samples.result(failing, cloud=other))
    administer(squatted, "hold", PREFIX, "example")
    assert cloud(squatted)["standing"] == []
    left = squatted.client.get(f"/api/v1/clouds/{other}").get_json()
    assert {one["capability_rule"] for one in left["standing"]} == {"not held"}


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 8])
def test_a_cloud_that_is_not_known_is_told(squatted, digest):
    told = refused(squatted, "hold", digest, "example")
    assert "no cloud with the digest 00000000" in told.fault
    assert told.exit_code == 2
    assert cloud(squatted)["holder"] == "evil"


@pytest.mark.parametrize("digest", [PREFIX[:7], "%%%%%%%%", "", samples.CLOUD + "0"])
def test_what_is_no_digest_is_told(squatted, digest):
    told = refused(squatted, "hold", digest, "example")
    assert "is no digest of a cloud" in told.fault
    assert "first 8 digits" in told.next_step


def test_a_beginning_that_two_clouds_share_is_told(squatted):
    squatted.submit(samples.result(cloud="0" * 64))
    twin = PREFIX + "0" * 56
    with squatted.session() as session, session.begin():
        session.execute(update(Cloud).where(Cloud.digest == "0" * 64).values(digest=twin))
    assert (
        f"more than one cloud begins with {PREFIX}"
        in refused(squatted, "hold", PREFIX, "example").fault
    )
    assert administer(squatted, "hold", twin, "example").exit_code == 0
    assert cloud(squatted)["holder"] == "evil"


def test_an_account_that_is_not_known_is_told(squatted):
    told = refused(squatted, "hold", PREFIX, "nobody")
    assert "there is no account 'nobody'" in told.fault
    assert "account list" in told.next_step
    assert cloud(squatted)["holder"] == "evil"


def test_a_label_may_be_given_by_the_beginning_of_the_digest_too(squatted):
    assert administer(squatted, "label", PREFIX, "Example Cloud").exit_code == 0
    assert cloud(squatted)["label"] == "Example Cloud"
