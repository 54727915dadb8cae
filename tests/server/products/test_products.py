"""Products and versions, and that no stranger says which cloud runs them."""

from __future__ import annotations

import hashlib
from html import unescape

import pytest
from click.testing import CliRunner
from refcheck_server.command import registry as command
from refcheck_server.products.models import ProductKind

from tests.server import samples
from tests.server.vendors.test_vendors import (
    accept,
    administer,
    invite,
    register,
    send,
    token,
)
from tests.server.visitor import signed_in, visiting_as


def fields(name, **more):
    return {"name": name, "kind": "public cloud", **more}


def approved_vendor(registry, name):
    """Someone who administers a vendor, and the vendor's slug."""
    visitor = signed_in(registry, name)
    slug = register(visitor, f"Vendor {name}")
    administer(registry, "approve", slug)
    return visitor, slug


def add_product(visitor, slug, name="Cloud One", **more):
    """The address of a new product with one version, and the version's number."""
    answer = visitor.post(f"/vendors/{slug}/products", **fields(name, **more))
    assert answer.status_code == 303, answer.text
    visitor.post(f"{answer.location}/versions", name="2026.2", released="2026-10-01")
    [version] = visitor.get(f"/api/v1{answer.location}").get_json()["versions"]
    return answer.location, version["id"]


def cloud_of(registry, member):
    """The digest of a new cloud that an account holds, for it sent the first result of it."""
    digest = hashlib.sha256(member.encode()).hexdigest()
    who = registry.members.get(member) or registry.join(member)
    result = samples.result(cloud=digest, run_id=f"of {member}", ended="2026-11-20T11:30:00Z")
    assert registry.submit(result, member=who).status_code == 201
    return digest


def clouds(registry, product):
    told = registry.client.get(f"/api/v1{product}").get_json()
    return {cloud["digest"] for version in told["versions"] for cloud in version["clouds"]}


def link(registry, name, product, version, digest):
    path = f"/api/v1{product}/versions/{version}/clouds"
    return send(registry, "POST", path, {"digest": digest}, token(registry, name))


def member_of(registry, owner, slug, name):
    """An account with tokens and keys that belongs to the vendor."""
    registry.join(name)
    assert accept(visiting_as(registry, name), invite(owner, slug)).status_code == 303


def test_a_product_is_public_with_its_vendor(registry):
    visitor = signed_in(registry, "maker")
    slug = register(visitor, "Makers")
    product, _ = add_product(visitor, slug, description="Fast & <b>")
    assert registry.client.get(product).status_code == 401
    assert "Cloud One" not in registry.client.get("/products").text
    administer(registry, "approve", slug)
    page = registry.client.get(product).text
    assert "Fast &amp; &lt;b&gt;" in page
    assert "2026.2" in page
    assert "Add a version" not in page
    assert "Cloud One" in registry.client.get("/products?q=makers&kind=public+cloud").text
    assert "Cloud One" not in registry.client.get("/products?q=makers&kind=component").text
    assert "makers,cloud-one,Cloud One" in registry.client.get("/products.csv").text


@pytest.mark.parametrize("kind", ProductKind)
def test_every_kind_of_product_can_be_added(registry, kind):
    visitor, slug = approved_vendor(registry, f"kind-{kind.replace(' ', '-')}")
    product, _ = add_product(visitor, slug, kind=kind)
    assert registry.client.get(f"/api/v1{product}").get_json()["kind"] == kind


def test_what_a_product_cannot_be_is_told(registry):
    visitor, slug = approved_vendor(registry, "odd-maker")
    for bad in ({"kind": "toaster"}, {"kind": ""}, {"name": ""}, {"website": "ftp://x"}):
        answer = visitor.post(f"/vendors/{slug}/products", **{**fields("Odd"), **bad})
        assert answer.status_code == 400
    product, version = add_product(visitor, slug)
    taken = visitor.post(f"/vendors/{slug}/products", **fields("Cloud One"))
    assert taken.status_code == 409
    for bad in ({"name": "2026.2"}, {"name": ""}, {"name": "1", "released": "yesterday"}):
        assert visitor.post(f"{product}/versions", **bad).status_code in {400, 409}
    sent = {"name": "2026.2", "released": "2026-10-01"}
    form = visitor.post(f"{product}/versions", **sent).text.split("<h3>Add a version</h3>")[1]
    assert all(f'value="{typed}"' in form for typed in sent.values())
    assert visitor.get(f"{product}/versions/999999/edit").status_code == 404
    other, _ = add_product(visitor, slug, "Cloud Two")
    assert visitor.get(f"{other}/versions/{version}/edit").status_code == 404
    assert visitor.get(f"/vendors/{slug}/products/none").status_code == 404


def test_a_change_made_meanwhile_is_not_undone(registry):
    visitor, slug = approved_vendor(registry, "two-tabs")
    product, version = add_product(visitor, slug)
    edit = {**fields("Cloud Uno"), "revision": "1"}
    assert visitor.post(f"{product}/edit", **edit).status_code == 303
    late = visitor.post(f"{product}/edit", **{**edit, "name": "Cloud Eins"})
    assert late.status_code == 409
    assert "name is 'Cloud Uno' now, you sent 'Cloud Eins'" in unescape(late.text)
    path = f"{product}/versions/{version}/edit"
    assert visitor.post(path, name="2026.3", released="", revision="1").status_code == 303
    late = visitor.post(path, name="2026.4", released="", revision="1")
    assert late.status_code == 409
    assert "name is '2026.3' now, you sent '2026.4'" in unescape(late.text)
    told = send(
        registry, "PUT", f"/api/v1{product}/versions/{version}",
        {"name": "2026.4", "revision": 1}, token(registry, "two-tabs"),
    )  # fmt: skip
    assert told.status_code == 409
    assert told.get_json()["changed"]["name"] == {"now": "2026.3", "sent": "2026.4"}


def test_the_holder_of_a_cloud_links_it_to_a_version_of_their_vendor(registry):
    owner, slug = approved_vendor(registry, "linking")
    product, version = add_product(owner, slug)
    member_of(registry, owner, slug, "robot")
    digest = cloud_of(registry, "robot")
    assert link(registry, "robot", product, version, digest[:8]).status_code == 200
    assert clouds(registry, product) == {digest}
    assert f"/clouds/{digest}" in registry.client.get(product).text
    assert "Cloud One" in registry.client.get(f"/clouds/{digest}").text


def test_nobody_else_links_it_however_they_try(registry):
    owner, slug = approved_vendor(registry, "thieves")
    product, version = add_product(owner, slug)
    digest = cloud_of(registry, "honest")
    refused = link(registry, "thieves", product, version, digest)
    assert refused.status_code == 403
    assert "held by honest" in refused.get_json()["error"]["fault"]
    page = owner.post(f"{product}/versions/{version}/clouds", digest=digest)
    assert page.status_code == 403
    assert link(registry, "honest", product, version, digest).status_code == 403
    assert link(registry, "thieves", product, version, "0" * 64).status_code == 404
    assert link(registry, "thieves", product, version, "xyz").status_code == 400
    assert clouds(registry, product) == set()


def test_a_cloud_that_is_not_known_yet_is_named_by_no_stranger(registry):
    owner, slug = approved_vendor(registry, "guessing")
    product, version = add_product(owner, slug)
    keeping, digest = registry.join("keeping"), samples.digest_of("kept to itself")
    body = samples.envelope(samples.result(cloud=digest, run_id="kept"), keeping.signer)
    headers = {"Authorization": f"Bearer {keeping.token}"}
    sent = registry.client.post("/api/v1/results?private=yes", data=body, headers=headers)
    assert sent.status_code == 201
    for guess in (digest, digest[:8]):
        assert link(registry, "guessing", product, version, guess).status_code == 404


def test_a_result_of_a_stranger_changes_no_link(registry):
    owner, slug = approved_vendor(registry, "steady")
    product, version = add_product(owner, slug)
    member_of(registry, owner, slug, "steady-robot")
    digest = cloud_of(registry, "steady-robot")
    link(registry, "steady-robot", product, version, digest)
    forged = samples.result(cloud=digest, run_id="forged", ended="2026-11-20T11:59:00Z")
    assert registry.submit(forged, member=registry.join("forger")).status_code == 201
    _, other = approved_vendor(registry, "forging")
    assert link(registry, "forger", product, version, digest).status_code == 403
    assert clouds(registry, product) == {digest}
    assert other != slug


def test_a_link_counts_only_while_the_holder_belongs_to_the_vendor(registry):
    owner, slug = approved_vendor(registry, "leaving")
    product, version = add_product(owner, slug)
    member_of(registry, owner, slug, "leaver")
    digest = cloud_of(registry, "leaver")
    link(registry, "leaver", product, version, digest)
    owner.post(f"/vendors/{slug}/members/leaver/remove")
    assert clouds(registry, product) == set()
    assert "Cloud One" not in registry.client.get(f"/clouds/{digest}").text


def test_a_cloud_that_is_given_to_another_account_leaves_the_product(registry):
    owner, slug = approved_vendor(registry, "losing")
    product, version = add_product(owner, slug)
    member_of(registry, owner, slug, "squatter")
    digest = cloud_of(registry, "squatter")
    link(registry, "squatter", product, version, digest)
    registry.join("rightful")
    place = ["--database", registry.settings.database_url]
    ended = CliRunner().invoke(command, ["cloud", "hold", digest, "rightful", *place])
    assert ended.exit_code == 0, ended.output
    assert clouds(registry, product) == set()


def test_a_cloud_runs_one_version_and_is_unlinked_by_its_vendor(registry):
    owner, slug = approved_vendor(registry, "moving")
    first, one = add_product(owner, slug)
    second, two = add_product(owner, slug, "Cloud Two")
    member_of(registry, owner, slug, "mover")
    digest = cloud_of(registry, "mover")
    link(registry, "mover", first, one, digest)
    link(registry, "mover", second, two, digest)
    assert (clouds(registry, first), clouds(registry, second)) == (set(), {digest})
    path = f"{second}/versions/{two}/clouds/{digest}"
    assert owner.post(f"{path}/unlink").status_code == 303
    assert clouds(registry, second) == set()
    gone = send(registry, "DELETE", f"/api/v1{path}", None, token(registry, "mover"))
    assert gone.status_code == 404


def test_what_a_cloud_runs_is_taken_back_from_that_version_alone(registry):
    owner, slug = approved_vendor(registry, "two-versions")
    product, version = add_product(owner, slug)
    owner.post(f"{product}/versions", name="2027.1", released="")
    member_of(registry, owner, slug, "two-versions-robot")
    digest = cloud_of(registry, "two-versions-robot")
    assert link(registry, "two-versions-robot", product, version, digest).status_code == 200
    path = f"/api/v1{product}/versions/{version + 1}/clouds/{digest}"
    other = send(registry, "DELETE", path, {}, token(registry, "two-versions"))
    assert other.status_code == 404
    assert clouds(registry, product) == {digest}


def test_the_holder_says_on_the_cloud_s_page_what_it_runs(registry):
    maker, slug = approved_vendor(registry, "page-maker")
    product, version = add_product(maker, slug)
    other_vendor, other_slug = approved_vendor(registry, "other-maker")
    _, foreign = add_product(other_vendor, other_slug)
    member_of(registry, maker, slug, "page-holder")
    holder, digest = visiting_as(registry, "page-holder"), cloud_of(registry, "page-holder")
    path = f"/clouds/{digest}"
    assert "Cloud One 2026.2</option>" in holder.get(path).text
    assert 'name="version"' not in maker.get(path).text
    assert holder.post(f"{path}/version", version=str(version)).status_code == 303
    assert clouds(registry, product) == {digest}
    for who, number in ((holder, foreign), (maker, version), (other_vendor, foreign)):
        assert who.post(f"{path}/version", version=str(number)).status_code == 403
    for bad, status in (("999999", 404), ("x", 400), ("-1", 400)):
        assert holder.post(f"{path}/version", version=bad).status_code == status
    assert clouds(registry, product) == {digest}
    assert holder.post(f"{path}/version", version="").status_code == 303
    assert clouds(registry, product) == set()
    assert holder.post(f"{path}/version", version="").status_code == 303
