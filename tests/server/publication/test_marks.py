"""What was approved is found by filters, and told of, as long as it stands and after."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from refcheck_server import paging
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from securesystemslib.signer import CryptoSigner

from tests.server import samples
from tests.server.review.stage import one_failed, send, stage
from tests.server.vendors.test_vendors import administer

MARK = "OpenStack Powered Platform"


def clouds(registry, query: str) -> list[dict]:
    answer = registry.client.get(f"/api/v1/clouds?{query}")
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert told["total"] == len(told["clouds"])
    return told["clouds"]


def found(registry, query: str) -> set[str]:
    return {one["digest"] for one in clouds(registry, query)}


@pytest.fixture
def approved(registry):
    """A vendor's cloud with a published mark, among two others; its digest is `cloud`."""
    for name in ("before", "after"):
        registry.submit(samples.result(cloud=samples.digest_of(name), run_id=name))
    made = stage(registry, "marks")
    made.cloud = samples.digest_of("marks-robot")
    made.number = made.brought_to("published")
    return made


def test_a_filter_finds_a_cloud_by_what_was_approved(registry, approved):
    only = {approved.cloud}
    for query in (
        "qualifies=yes",
        "qualifies=yes&target=platform",
        "qualifies=yes&guideline=2020.06&target=platform",
        "mark=approved",
        "mark=approved&guideline=2020.06&qualifies=yes",
    ):
        assert found(registry, query) == only, query
    for query in ("qualifies=no", "qualifies=no&target=platform", "guideline=2020.06&qualifies=no"):
        assert len(found(registry, query)) == 2, query
        assert approved.cloud not in found(registry, query)
    # for another program its runs alone speak, as for the others
    assert approved.cloud in found(registry, "qualifies=no&target=compute")
    assert len(found(registry, "guideline=2020.06")) == 3
    for query in ("guideline=2019.11", "qualifies=yes&target=compute", "mark=expired"):
        assert found(registry, query) == set(), query


def test_a_mark_is_told_of_wherever_its_cloud_is_shown(registry, approved):
    (told,) = clouds(registry, "mark=approved")
    assert told["mark"].items() >= {"title": MARK, "state": "approved"}.items()
    assert told["mark"]["product"] == "Cloud One 2026.2"
    assert (
        registry.client.get(f"/api/v1/clouds/{approved.cloud}").get_json()["mark"] == told["mark"]
    )
    for address in ("/", "/?sort=name", "/?mark=approved", f"/clouds/{approved.cloud}"):
        assert "approved by review until" in registry.client.get(address).text, address
    rows = list(csv.DictReader(io.StringIO(registry.client.get("/clouds.csv?mark=approved").text)))
    assert [(row["mark.state"], row["digest"]) for row in rows] == [("approved", approved.cloud)]


@pytest.mark.parametrize("how", ["revoked", "withdrawn", "expired"])
def test_what_became_of_a_mark_is_told_and_found_at_once(registry, approved, how):
    assert found(registry, "qualifies=yes") == {approved.cloud}
    if how == "expired":
        registry.clock.forward(days=366)
    else:
        approved.done(approved.number, {"revoked": "revoke", "withdrawn": "withdraw"}[how])
    assert found(registry, "qualifies=yes") == set()
    assert found(registry, "mark=approved") == set()
    assert found(registry, f"mark={how}") == {approved.cloud}
    assert len(found(registry, "qualifies=no")) == 3
    (told,) = clouds(registry, f"mark={how}")
    assert told["mark"]["state"] == how
    assert told["mark"]["when"][:19] <= registry.clock().isoformat()


@pytest.mark.parametrize(
    "how", ["unlinked", "private", "of no vendor any more", "of a vendor that is declined"]
)
def test_a_mark_that_does_not_speak_for_its_cloud_is_not_found(registry, approved, how):
    assert found(registry, "mark=approved") == {approved.cloud}
    robot = "marks-robot"
    if how == "unlinked":
        path = f"{approved.product}/versions/{approved.version}/clouds/{approved.cloud}"
        assert approved.ask(approved.owner, "DELETE", path).status_code == 200
    elif how == "private":
        path = f"/results/{approved.result}/share"
        assert approved.ask(robot, "DELETE", path).status_code == 200
    elif how == "of a vendor that is declined":
        administer(registry, "decline", approved.vendor, "--reason", "gone")
    else:
        path = f"/vendors/{approved.vendor}/members/{robot}"
        assert approved.ask(approved.owner, "DELETE", path).status_code in {200, 204}
    for query in ("mark=approved", "qualifies=yes", "mark=revoked", "mark=expired"):
        assert found(registry, query) == set(), query


def test_pages_of_a_filtered_list_hold_each_cloud_once_wherever_it_was_approved(
    registry, monkeypatch
):
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)
    for number in range(4):
        ended = f"2026-11-20T11:{number * 10 + 5:02}:00Z"
        send_plain(registry, f"plain {number}", ended)
    for number, name in enumerate(("one", "two")):
        made = stage(registry, name)
        send(
            registry, f"{name}-robot", run_id="newer", ended=f"2026-11-20T11:{number * 10 + 40}:00Z"
        )
        made.brought_to("published")
    everything, after, seen = {}, "", []
    for _ in range(10):
        page = registry.client.get(f"/api/v1/clouds?guideline=2020.06{after}").get_json()
        everything["total"] = page["total"]
        seen += [one["digest"] for one in page["clouds"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert everything == {"total": 6}
    assert len(seen) == len(set(seen)) == 6


def send_plain(registry, name: str, ended: str) -> None:
    made = samples.result(cloud=samples.digest_of(name), run_id=name, ended=ended)
    assert registry.submit(made).status_code == 201


def test_a_lesser_run_does_not_take_the_place_of_what_was_approved(registry, approved):
    send(registry, "marks-robot", one_failed, run_id="bad", ended="2026-11-20T11:50:00Z")
    assert found(registry, "qualifies=yes") == {approved.cloud}
    assert approved.cloud not in found(registry, "qualifies=no&target=platform")


def test_what_is_no_word_for_a_mark_is_refused(registry):
    answer = registry.client.get("/api/v1/clouds?mark=golden")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert (error["path"], "approved" in error["next_step"]) == ("mark", True)
    assert registry.client.get("/?mark=approved&search=x").status_code == 400


def test_the_published_list_is_filtered_by_what_became_of_marks(registry, approved, tmp_path):
    def published(**later) -> str:
        now = registry.clock() + timedelta(**later)
        with registry.session() as session:
            publish(session, tmp_path / "tree", SIGNER, Terms(), now=now)
        return (tmp_path / "tree" / "index.html").read_text()

    page = published()
    assert 'value="mark-approved"' in page
    assert 'value="mark-expired"' not in page
    assert "approved by review until" in page
    rules = (tmp_path / "tree" / "filters.css").read_text()
    assert '[value="mark-approved"]:checked) .lines > :not(.mark-approved, ' in rules
    shown = (tmp_path / "tree" / "clouds" / approved.cloud / "index.html").read_text()
    assert "approved by review until" in shown
    later = published(days=366)
    assert 'value="mark-expired"' in later
    assert "tier-none mark-expired" in later


SIGNER = CryptoSigner.generate_ed25519()
