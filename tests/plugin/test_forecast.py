"""Of every test it is said before the run whether it will be decided, and if not, why."""

import pytest

from refcheck.cloud.site import Trouble
from refcheck.plugin.forecast import Forecaster, demand_of
from refcheck.plugin.identities import Others
from refcheck.result.outcome import Outcome
from tests.plugin.outlooks import BOOT, card, recorded, selected, site

BOTH = Others("alt", "admin")
BOOTS = recorded(
    "compute POST /servers", creates={"server": 1}, facts=("boot.image", "boot.flavor")
)


def obstacle(where, card_, *, others=BOTH, rescopes=True, test=None):
    forecaster = Forecaster(where, others, rescopes=rescopes)
    return forecaster.of(test or selected(), card_).obstacle


def test_what_lacks_nothing_will_be_decided():
    assert obstacle(site(), card(BOOTS)) is None


def test_what_the_suite_has_no_test_for_stays_undecided():
    found = obstacle(site(), None, test=selected(implemented=False))
    assert (found.outcome, found.kind) == (Outcome.UNDECIDED, "suite")


def test_a_service_that_is_not_there_makes_it_absent():
    found = obstacle(site(absent=["compute"]), card(BOOTS))
    assert found.outcome is Outcome.ABSENT
    assert "no compute service" in found.reason


def test_a_service_that_it_only_needs_besides_counts_as_well():
    shares = {"network": recorded("network POST /networks", creates={"network": 1})}
    found = obstacle(
        site(absent=["network"]), card(recorded("compute GET /servers", shares=shares))
    )
    assert found.reason == "the catalogue has no network service"


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("network", Outcome.ERROR), ("credentials", Outcome.ERROR), ("service", Outcome.FAILED)],
)
def test_a_service_of_no_use_says_whose_trouble_it_is(kind, outcome):
    found = obstacle(site(troubled={"compute": Trouble(kind, "why")}), card(BOOTS))
    assert (found.outcome, found.kind, found.reason) == (outcome, kind, "compute: why")


def test_a_second_identity_that_nobody_named_leaves_it_undecided():
    wanting = card(recorded("object-store GET /{account}", needs=("second identity",)))
    found = obstacle(site(), wanting, others=Others())
    assert (found.outcome, found.kind) == (Outcome.UNDECIDED, "credentials")
    assert "--os-cloud-alt" in found.next_step
    assert obstacle(site(), wanting, others=Others("alt", "")) is None
    assert obstacle(site(), wanting, others=Others("", "admin")) is None


def test_a_second_identity_that_would_only_help_is_not_waited_for():
    helped = card(recorded(needs=("perhaps a second identity",)))
    assert obstacle(site(), helped, others=Others()) is None


def test_a_throw_away_user_takes_an_administrator():
    wanting = card(recorded(), fixtures=["throwaway_user"])
    assert obstacle(site(), wanting, others=Others("alt", "")).kind == "credentials"
    assert obstacle(site(), wanting) is None


def test_application_credentials_give_no_other_token():
    wanting = card(recorded(needs=("another token",)))
    assert "application credentials" in obstacle(site(), wanting, rescopes=False).reason
    assert obstacle(site(), wanting) is None


def test_a_missing_image_is_said_in_the_words_of_discovery():
    problems = {"boot": "configuration: no active image to boot from"}
    where = site(found={"boot": None}, problems=problems)
    found = obstacle(where, card(BOOTS))
    assert (found.outcome, found.kind) == (Outcome.ERROR, "configuration")
    assert found.reason == "no active image to boot from"
    assert "--image" in found.next_step


def test_what_nobody_could_ask_for_is_the_network_s_trouble():
    where = site(found={"boot": None}, problems={"boot": "network: the compute service is silent"})
    found = obstacle(where, card(BOOTS))
    assert (found.kind, found.reason) == ("network", "the compute service is silent")
    assert "--image" not in found.next_step


def test_a_part_of_a_fact_that_is_missing_stops_only_who_needs_it():
    rebuilds = card(recorded(facts=("boot.image_alt",)))
    assert obstacle(site(), rebuilds).reason == "the project sees no second image"
    assert obstacle(site(), card(BOOTS)) is None


def test_a_missing_external_network_is_named():
    found = obstacle(
        site(found={"external_network": None}), card(recorded(facts=("external_network.id",)))
    )
    assert found.reason == "the project sees no external network"


def test_a_feature_that_is_off_makes_it_absent():
    found = obstacle(site(), card(recorded(features=("tempurl",))))
    assert (found.outcome, found.reason) == (
        Outcome.ABSENT,
        "the object store's /info has no tempurl",
    )
    assert obstacle(site(), card(recorded(features=("slo",)))) is None


def test_features_that_nobody_tells_of_are_left_to_the_run():
    assert obstacle(site(features=None), card(recorded(features=("tempurl",)))) is None


def test_an_extension_that_is_missing_makes_it_absent():
    assert obstacle(site(), card(recorded(needs=("extension qos",)))).outcome is Outcome.ABSENT
    assert obstacle(site(), card(recorded(needs=("extension dns",)))) is None


def test_a_quota_too_small_says_how_large_it_must_be():
    found = obstacle(site(rooms={"server": (3, 2)}), card(BOOTS))
    assert (found.outcome, found.kind) == (Outcome.UNDECIDED, "quota")
    assert found.reason == "it takes 1 of servers, and half of what is free is 0"
    assert found.next_step.startswith("Raise the quota of servers from 3 to 4")
    assert obstacle(site(rooms={"server": (4, 2)}), card(BOOTS)) is None, "the step says the truth"


def test_what_a_server_takes_counts_too():
    found = obstacle(site(rooms={"server": (9, 0), "ram_mib": (100, 0)}), card(BOOTS))
    assert "64 of MiB of memory" in found.reason


def test_what_it_shares_counts_towards_its_quota():
    shares = {"server": BOOTS}
    found = obstacle(site(rooms={"server": (1, 0)}), card(recorded(shares=shares)))
    assert found.kind == "quota"


def test_a_resize_takes_the_new_size_beside_the_old():
    resizes = recorded("compute POST /servers/{server_id}/action#resize", creates={"server": 1})
    assert demand_of(resizes, BOOT)["core"] == 3
    assert demand_of(resizes, BOOT)["ram_mib"] == 192


def test_without_a_way_to_a_guest_what_only_a_guest_can_tell_is_undecided():
    one = card(recorded(shares={"guest": recorded()}))
    found = obstacle(site(problems={"guest": "configuration: no external network"}), one)
    assert found.outcome is Outcome.UNDECIDED
    assert (found.kind, found.reason) == ("configuration", "no external network")
    assert obstacle(site(found={"guest": {"port": 22}}), one) is None


def test_a_test_that_is_newer_than_the_data_is_judged_by_its_service_alone():
    assert obstacle(site(), card(None)) is None
    assert obstacle(site(absent=["compute"]), card(None)).outcome is Outcome.ABSENT
