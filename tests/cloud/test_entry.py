"""The entry of a cloud is looked up by its name, and what is wrong with the name is told."""

import pytest

from refcheck.cloud.entry import region_of
from refcheck.errors import CloudConfigFault


@pytest.fixture(autouse=True)
def _nothing_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr("openstack.config.loader.CONFIG_FILES", [str(tmp_path / "clouds.yaml")])
    monkeypatch.delenv("OS_CLIENT_CONFIG_FILE", raising=False)


def test_without_a_file_there_is_none_and_where_it_belongs_is_told():
    with pytest.raises(CloudConfigFault, match="there is no cloud 'mine'") as refused:
        region_of("mine")
    assert refused.value.next_step.startswith("Describe it in ./clouds.yaml")


@pytest.mark.parametrize(
    ("clouds", "step"),
    [
        ("{}", "Describe it in ./clouds.yaml"),
        ("{east: {auth: {}}, minor: {auth: {}}}", "Did you mean minor?"),
        ("{far: {auth: {}}, away: {auth: {}}}", "Did you mean away, far?"),
    ],
)
def test_a_name_that_the_file_does_not_have_is_met_with_those_it_has(tmp_path, clouds, step):
    (tmp_path / "clouds.yaml").write_text(f"clouds: {clouds}\n")
    with pytest.raises(CloudConfigFault, match="has no cloud 'minos'") as refused:
        region_of("minos")
    assert refused.value.next_step.startswith(step)
