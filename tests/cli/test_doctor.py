"""`doctor` and `plan` refuse what makes no sense before they ask any cloud."""

import pytest

from refcheck.errors import ExitCode

CLOUDS = "clouds: {nowhere: {auth: {auth_url: 'http://127.0.0.1:1/v3', username: u, password: secret-word, project_name: p, user_domain_name: D, project_domain_name: D}}}"


@pytest.fixture(params=["doctor", "plan"])
def ask(request, refcheck, tmp_path):
    """One of the two, with a clouds.yaml whose only cloud nobody answers for."""
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    return lambda *options: refcheck(request.param, *options)


def test_a_cloud_must_be_named(ask):
    ended = ask()
    assert (ended.code, "--os-cloud" in ended.err) == (ExitCode.WRONG_USE, True), ended.told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "platfrom"], "platform"),
        (["--guideline", "2020.6"], "2020.06"),
        (["--os-cloud", "nowhre"], "nowhere"),
    ],
)
def test_a_wrong_word_names_the_right_one_and_asks_nobody(ask, options, message):
    ended = ask("--os-cloud", "nowhere", *options)
    assert (ended.code, message in ended.err) == (ExitCode.WRONG_USE, True), ended.told


def test_a_cloud_that_does_not_answer_ends_with_4(ask):
    ended = ask("--os-cloud", "nowhere")
    assert ended.code == ExitCode.TARGET_UNREACHABLE, ended.told
    assert "does not answer" in ended.err
    assert "secret-word" not in ended.told


def test_json_is_not_begun_when_it_cannot_be_told(ask):
    ended = ask("--os-cloud", "nowhere", "--json")
    assert (ended.code, ended.out) == (ExitCode.TARGET_UNREACHABLE, "")
