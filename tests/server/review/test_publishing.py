"""A published application speaks: on the registry's pages, and in the published tree."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from refcheck_server.accounts.rights import Role
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from securesystemslib.signer import CryptoSigner

from refcheck.claim.claim import read_claim
from refcheck.cli.verdict import verify
from refcheck.cli.verify_claim import verify_claim
from tests.server.review.stage import one_failed, send, stage
from tests.server.review.test_waivers import waived
from tests.server.visitor import with_password

SIGNER = CryptoSigner.generate_ed25519()
KEYS = [SIGNER.public_key]
MARK = "OpenStack Powered Platform"
TERMS = Terms()


@pytest.fixture
def market(registry, tmp_path):
    """Publish to a folder, and read a file of it."""

    class Market:
        folder = tmp_path / "market"

        def publish(self, terms=TERMS, **by):
            now = registry.clock() + timedelta(**by)
            with registry.session() as session:
                return publish(session, self.folder, SIGNER, terms, now=now)

        def text(self, name):
            return (self.folder / name).read_text()

    return Market()


def cloud(made, result=None):
    told = made.registry.client.get(f"/api/v1/results/{result or made.result}").get_json()
    return told["cloud"]["digest"]


def page_of(made):
    return f"products/{made.vendor}/cloud-one/index.html"


def test_a_published_application_gives_its_cloud_a_claim_with_the_mark_and_a_product_page(
    registry, market
):
    made = stage(registry, "showing")
    number = made.brought_to("approved")
    market.publish()
    assert not (market.folder / page_of(made)).exists()
    badge = f"/clouds/{cloud(made)}/badge.svg"
    assert "Powered Platform" not in registry.client.get(badge).text
    made.done(number, "publish")
    market.publish()
    folder = f"clouds/{cloud(made)}"
    signed = read_claim(
        (market.folder / folder / "platform.claim.json").read_bytes(), KEYS, where="claim"
    )
    assert signed.claim.mark == MARK
    assert "Powered Platform" in market.text(f"{folder}/badge.svg")
    page = market.text(page_of(made))
    assert f"<bdi>2026.2</bdi>: {MARK}" in page
    assert f'src="../../../{folder}/platform.badge.svg"' in page
    assert "compute-servers-create" in page
    document = json.loads(market.text(f"products/{made.vendor}/cloud-one/product.json"))
    assert document["applications"][0]["claim"] == f"{folder}/platform.claim.json"
    assert (market.folder / document["applications"][0]["claim"]).exists()
    assert page_of(made) in market.text("products/index.html")


def test_the_registrys_own_pages_and_badge_say_the_same(registry):
    made = stage(registry, "saying")
    made.brought_to("published")
    assert MARK in registry.client.get(f"/clouds/{cloud(made)}").text
    assert (
        MARK.removeprefix("OpenStack ")
        in registry.client.get(f"/clouds/{cloud(made)}/badge.svg").text
    )
    standing = registry.client.get(f"/api/v1/clouds/{cloud(made)}").get_json()["standing"]
    assert {one["target"]: one["mark"] for one in standing} == {
        "platform": MARK, "compute": None, "object": None,
    }  # fmt: skip
    assert f"{MARK}, 2026.2" in registry.client.get(made.product).text


@pytest.mark.parametrize("how", ["revoke", "withdraw", "expire", "unlink"])
def test_what_no_longer_stands_is_taken_back_with_the_next_publication(registry, market, how):
    made = stage(registry, f"ending-{how}")
    number = made.brought_to("published")
    market.publish()
    claim = market.folder / f"clouds/{cloud(made)}/platform.claim.json"
    old = read_claim(claim.read_bytes(), KEYS, where="claim")
    days = 366 if how == "expire" else 0
    if how == "unlink":
        path = f"{made.product}/versions/{made.version}/clouds/{cloud(made)}"
        assert made.ask(made.owner, "DELETE", path).status_code == 200
    elif how != "expire":
        made.done(number, how)
    market.publish(days=days)
    page = market.text(page_of(made))
    assert "It carries no mark at present" in page
    words = {"revoke": "revoked on", "withdraw": "withdrawn on"}
    assert words.get(how, "does not count at present") in page
    assert f'<td class="{"ended" if how in words else "silent"}">' in page
    if how == "expire":
        assert not claim.exists()
    else:
        assert read_claim(claim.read_bytes(), KEYS, where="claim").claim.mark is None
        assert old.sha256 in decoded(market.text("revocations.json"))


def test_the_reason_of_a_revocation_is_carried_to_whoever_checks_the_claim(
    registry, market, tmp_path
):
    made = stage(registry, "reasoned")
    number = made.brought_to("published")
    market.publish()
    claim = market.folder / f"clouds/{cloud(made)}/platform.claim.json"
    old = tmp_path / "old.claim.json"
    old.write_bytes(claim.read_bytes())
    why = "The cloud was rebuilt from other code."
    made.done(number, "revoke", reason=f"{why}\nSeen by us on Monday.")
    made.done(number, "appeal")  # what happens later changes no reason
    market.publish()
    assert why in decoded(market.text("revocations.json"))
    assert "Monday" not in decoded(market.text("revocations.json"))
    assert why in market.text(page_of(made))
    document = json.loads(market.text(f"products/{made.vendor}/cloud-one/product.json"))
    assert document["applications"][0]["why"] == why
    assert any(why in file.read_text() for file in market.folder.glob("*.atom"))
    key = tmp_path / "registry.pub.pem"
    raw = bytes.fromhex(SIGNER.public_key.keyval["public"])
    form = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    key.write_bytes(Ed25519PublicKey.from_public_bytes(raw).public_bytes(*form))
    given = ["--registry-key", str(key), "--revocations", str(market.folder / "revocations.json")]
    given += ["--at", f"{registry.clock():%Y-%m-%dT%H:%M:%SZ}"]
    ended = CliRunner().invoke(verify_claim, [str(old), *given])
    told = f"it was revoked on 2026-11-20: {why}"
    assert told in ended.output, (ended.output, ended.exception)


def decoded(envelope):
    return b64decode(json.loads(envelope)["payload"]).decode()


def test_a_waiver_is_published_with_the_product_that_it_was_granted_to(registry, market):
    made = stage(registry, "excepting", one_failed)
    number, _ = waived(made)
    for what in ("approve", "publish"):
        made.done(number, what)
    market.publish()
    page = market.text(page_of(made))
    assert "Known fault" in page
    assert f"granted by <bdi>{made.reviewer}</bdi>, until 2027-06-01" in page
    assert "seen upstream" not in page
    cloud_page = market.text(f"clouds/{cloud(made)}/index.html")
    assert MARK in cloud_page


def test_a_newer_run_that_says_as_much_speaks_for_itself_and_a_lesser_one_changes_nothing(
    registry, market
):
    made = stage(registry, "newer")
    made.brought_to("published")
    send(registry, f"{made.owner}-robot", one_failed, run_id="bad", ended="2026-11-20T11:50:00Z")
    market.publish()
    claim = market.folder / f"clouds/{cloud(made)}/platform.claim.json"
    assert read_claim(claim.read_bytes(), KEYS, where="claim").claim.mark == MARK


def test_publishing_again_writes_no_product_page_anew_until_something_changes(registry, market):
    made = stage(registry, "steady")
    number = made.brought_to("published")
    market.publish()
    assert market.publish().written == 0
    chief = with_password(registry, "steady-chief", Role.ADMINISTRATOR)
    made.done(number, "revoke", who=chief)
    assert market.publish().written > 0
    assert "revoked on" in market.text(page_of(made))


def test_the_published_verdict_is_among_those_of_the_result_and_takes_nothings_place(registry):
    made = stage(registry, "beside")
    number = made.brought_to("published")
    told = registry.client.get(f"/api/v1/results/{made.result}/verdicts").get_json()["verdicts"]
    mine = [one for one in told if one["qualifies"]]
    assert [(one["target"], one["current"]) for one in mine] == [("platform", False)]
    document = registry.client.get(mine[0]["document_url"]).data
    assert document == made.ask(made.owner, "GET", f"/applications/{number}/verdict").data
    page = registry.client.get(f"/results/{made.result}").text
    assert "Capabilities held, designated code not shown" in page.split("<h2")[0]


def test_anyone_can_judge_again_what_a_mark_rests_on_its_evidence_and_waivers_among_it(
    registry, market
):
    made = stage(registry, "again", one_failed)
    number, _ = waived(made)
    for what in ("approve", "publish"):
        made.done(number, what)
    market.publish(Terms(registry="https://registry.example.org"))
    shown = market.text(page_of(made))
    (path,) = re.findall(r'href="https://registry.example.org(/\S+/verdicts/\d+)"', shown)
    verdict, result = market.folder / "verdict.json", market.folder / "result.json"
    verdict.write_bytes(registry.client.get(path).data)
    result.write_bytes(registry.client.get(f"/api/v1/results/{made.result}/envelope").data)
    inputs = json.loads(verdict.read_text())["inputs"]
    assert inputs["code"]
    assert inputs["waivers"]
    ended = CliRunner().invoke(verify, [str(verdict), "--result", str(result)])
    assert ended.output.startswith("equal:"), ended.output
    claim = market.folder / f"clouds/{cloud(made)}/platform.claim.json"
    signed = read_claim(claim.read_bytes(), KEYS, where="claim").claim
    assert signed.verdict_sha256 == sha256(verdict.read_bytes()).hexdigest()


def test_a_mark_that_ends_changes_the_list_of_products_and_no_other_product(registry, market):
    ends, stays = stage(registry, "ending"), stage(registry, "staying")
    number = ends.brought_to("published")
    stays.brought_to("published")
    market.publish()
    kept = (market.folder / page_of(stays)).stat().st_ino
    assert marks(market, ends) == marks(market, stays) == [MARK]
    assert market.publish().written == 0
    ends.done(number, "revoke")
    market.publish()
    assert (market.folder / page_of(stays)).stat().st_ino == kept
    assert "no mark at present" in market.text(page_of(ends))
    assert (marks(market, ends), marks(market, stays)) == ([], [MARK])


def marks(market, made):
    """What the list says that a product may carry."""
    listed = json.loads(market.text("products/products.json"))["products"]
    [found] = [one["marks"] for one in listed if one["vendor"]["slug"] == made.vendor]
    return found
