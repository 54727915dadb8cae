"""What doctor says of credentials, clocks and certificates, for clouds that are not as they should be."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from refcheck.cloud.check import Sign
from refcheck.cloud.quotas import Quotas, Room
from refcheck.cloud.site import Trouble
from refcheck.plugin import diagnosis
from refcheck.plugin.durations import Durations
from refcheck.plugin.forecast import Forecaster
from refcheck.plugin.identities import Others
from refcheck.plugin.planning import Planner
from tests.plugin.outlooks import BOOT, card, recorded, selected, site

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def outlook(
    *, where=None, others=Others("alt", "admin"), roles=("member",), life=24 * HOUR, skew=0,  # noqa: B008
    auth_type="password", url="https://cloud.example:5000/v3", verify=True, service="compute",
):  # fmt: skip
    """An outlook on a cloud of these traits."""
    access = SimpleNamespace(
        username="ann", user_id="u", user_domain_name="Default", project_name="p",
        project_domain_name="Default", role_names=list(roles), issued=NOW,
        expires=NOW + life if life else None,
    )  # fmt: skip
    region = SimpleNamespace(
        config={"auth_type": auth_type, "auth": {"auth_url": url}},
        get_interface=lambda _: "public",
        get_region_name=lambda _: "One",
    )
    session = SimpleNamespace(verify=verify, get_endpoint=lambda **_: url)
    cloud = SimpleNamespace(
        name="c", access=access, region=region, session=session, catalog=(),
        recorder=SimpleNamespace(skew=SimpleNamespace(seconds=skew)),
    )  # fmt: skip
    there = where or site()
    forecast = Forecaster(there, others, rescopes=True).of(selected(service=service), card(None))
    return SimpleNamespace(cloud=cloud, others=others, site=there, forecasts=(forecast,))


@pytest.fixture(autouse=True)
def certificates(monkeypatch):
    """Ends of certificates, by place."""
    ends = {"cloud.example:5000": NOW + 300 * 24 * HOUR}
    monkeypatch.setattr(diagnosis, "valid_until", lambda _: ends)
    return ends


def checks(look, *, seconds=60.0, rooms=None):
    """Topic → its checks."""
    boots = recorded(creates={"server": 1}, seconds=seconds)
    tests = dict.fromkeys("abcd", boots)
    quotas = Quotas({kind: Room(*room) for kind, room in (rooms or {}).items()})
    planner = Planner(tests, quotas, BOOT, Durations())
    found = {}
    for group in diagnosis.diagnose(look, planner, NOW).values():
        for check in group:
            found.setdefault(check.topic, []).append(check)
    return found


def only(look, topic, **options):
    (check,) = checks(look, **options)[topic]
    return check


def test_a_good_cloud_has_only_good_signs():
    found = checks(outlook(), rooms={"server": (9, 0)})
    assert {one.sign for several in found.values() for one in several} == {Sign.GOOD}


def test_a_reader_cannot_create():
    check = only(outlook(roles=["reader"]), "roles")
    assert (check.sign, check.kind) == (Sign.BAD, "credentials")


@pytest.mark.parametrize(("skew", "sign"), [(300, Sign.GOOD), (-301, Sign.NOTE), (4000, Sign.NOTE)])
def test_clocks_more_than_five_minutes_apart_are_noted(skew, sign):
    check = only(outlook(skew=skew), "clock")
    assert check.sign is sign
    assert ("NTP" in check.next_step) == (sign is Sign.NOTE)


def test_the_direction_of_the_skew_is_said():
    assert "66 min ahead of ours" in only(outlook(skew=4000), "clock").text
    assert "66 min behind ours" in only(outlook(skew=-4000), "clock").text


def test_no_date_is_an_open_question():
    assert only(outlook(skew=None), "clock").sign is Sign.OPEN


@pytest.mark.parametrize(
    ("auth_type", "sign"),
    [("password", Sign.NOTE), ("v3applicationcredential", Sign.NOTE), ("v3token", Sign.BAD)],
)
def test_a_token_shorter_than_a_run_matters_when_it_cannot_be_renewed(auth_type, sign):
    look = outlook(life=HOUR, auth_type=auth_type)
    assert only(look, "token", seconds=1800.0).sign is sign
    assert only(look, "token", seconds=60.0).sign is Sign.GOOD


def test_a_token_without_an_end_is_an_open_question():
    assert only(outlook(life=None), "token").sign is Sign.OPEN


def test_nobody_else_named_is_an_open_question():
    found = checks(outlook(others=Others()))
    assert found["second identity"][0].sign is Sign.OPEN
    assert found["administrator"][0].sign is Sign.OPEN


def test_an_administrator_can_make_the_second_identity():
    assert (
        only(outlook(others=Others("", "boss")), "second identity").text
        == "made by boss when needed"
    )


def test_a_certificate_that_ends_soon_is_noted(certificates):
    certificates["cloud.example:8774"] = NOW + 13 * 24 * HOUR
    check = only(outlook(), "TLS")
    assert (check.sign, check.text) == (
        Sign.NOTE, "the certificate of cloud.example:8774 ends on 2026-12-03",
    )  # fmt: skip


def test_certificates_that_last_are_good(certificates):
    certificates["other:1"] = None
    check = only(outlook(), "TLS")
    assert (check.sign, "2027-09-16" in check.text) == (Sign.GOOD, True)


def test_no_tls_is_noted_except_on_this_machine(certificates):
    certificates.clear()
    check = only(outlook(url="http://cloud.example:5000/v3"), "TLS")
    assert (check.sign, "in the clear" in check.text) == (Sign.NOTE, True)
    assert only(outlook(url="http://127.0.0.1:5000/v3"), "TLS").sign is Sign.GOOD


@pytest.mark.parametrize(("region", "noted"), [("One", True), ("Far", False)])
def test_only_the_chosen_regions_addresses_are_looked_at(region, noted):
    look = outlook()
    plain = {"interface": "public", "region": region, "url": "http://image.example"}
    look.cloud.catalog = ({"type": "image", "endpoints": [plain]},)
    assert (Sign.NOTE in {check.sign for check in checks(look)["TLS"]}) == noted


def test_unchecked_certificates_are_noted():
    signs = [check.sign for check in checks(outlook(verify=False))["TLS"]]
    assert signs == [Sign.NOTE, Sign.GOOD]


def test_a_service_that_is_missing_and_wanted_is_bad_and_one_unwanted_is_noted():
    look = outlook(where=site(absent=["compute", "object-store"]))
    assert only(look, "compute").sign is Sign.BAD
    assert only(look, "object-store").sign is Sign.NOTE


def test_a_service_in_trouble_is_bad_with_its_reason():
    trouble = Trouble("network", "the image service does not answer")
    check = only(outlook(where=site(troubled={"image": trouble})), "image")
    assert (check.sign, check.kind, check.text) == (Sign.BAD, "network", trouble.reason)


def test_a_service_that_guidelines_name_and_we_do_not_know_is_shown():
    assert "orchestration" in checks(outlook(service="orchestration"))


def test_no_external_network_is_bad():
    look = outlook(where=site(found={"external_network": None}))
    assert only(look, "external network").sign is Sign.BAD


def test_a_problem_of_discovery_is_told_in_its_words():
    look = outlook(
        where=site(
            found={"boot": None}, problems={"boot": "configuration: the project sees no flavor"}
        )
    )
    check = only(look, "image and flavor")
    assert (check.text, check.kind) == ("the project sees no flavor", "configuration")


def test_what_the_cloud_itself_does_wrong_is_not_our_configuration():
    look = outlook(where=site(found={"boot": None}, problems={"boot": "cloud: answered 500"}))
    check = only(look, "image and flavor")
    assert (check.text, check.kind) == ("answered 500", "service")


def test_quotas_too_small_for_one_worker_say_how_large_they_must_be():
    check = only(outlook(), "servers", rooms={"server": (3, 2)})
    assert (check.sign, check.kind) == (Sign.BAD, "quota")
    assert "from 3 to 6" in check.next_step


def test_room_is_said_in_workers():
    assert only(outlook(), "room", rooms={"server": (4, 0)}).text == "for 1 worker in half of it"
