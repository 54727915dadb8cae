"""`refcheck submit` against a registry that serves."""

from __future__ import annotations

import base64
import json

import pytest
import requests

from refcheck.result.signing import load_signer
from tests.server import live, samples


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    place = ["--data", str(folder)]
    with live.serving(*place) as registry:
        key, token = live.new_account("example", folder, *place)
        (folder / "result.json").write_bytes(samples.envelope(samples.result(), load_signer(key)))
        yield registry, folder, token


def test_a_result_is_sent_judged_and_its_page_named(served, refcheck):
    registry, folder, token = served
    ended = refcheck("submit", str(folder), "--registry", registry.url, REFCHECK_TOKEN=token)
    assert ended.code == 0, ended.told
    assert f"accepted  {registry.url}/results/" in ended.out
    assert "OpenStack Powered Platform: capabilities held, designated code not shown" in ended.out
    assert f"badge     {registry.url}/clouds/{samples.CLOUD}/badge.svg" in ended.out
    again = refcheck(
        "submit",
        str(folder / "result.json"),
        "--token-file",
        str(folder / "example.token"),
        REFCHECK_REGISTRY=registry.url,
    )
    assert again.code == 0, again.told
    assert again.out.startswith("there already  ")


def test_evidence_is_kept_beside_the_result_also_when_the_result_is_there_already(
    served, refcheck, tmp_path
):
    registry, folder, token = served
    file = tmp_path / "code inventory.json"
    file.write_text('{"nova": "34.0.0"}')
    for _ in range(2):
        ended = refcheck(
            "submit", str(folder), "--evidence", str(file), "--registry", registry.url,
            REFCHECK_TOKEN=token,
        )  # fmt: skip
        assert ended.code == 0, ended.told
        assert "evidence  code inventory.json  " in ended.out
    result_id = ended.out.split("/results/")[1].split()[0]
    listed = requests.get(f"{registry.url}/api/v1/results/{result_id}/evidence", timeout=10).json()
    [one] = listed["evidence"]
    assert one["name"] == "code-inventory.json"
    assert requests.get(one["url"], timeout=10).content == file.read_bytes()
    missing = refcheck(
        "submit", str(folder), "--evidence", str(tmp_path / "none"), "--registry", registry.url,
        REFCHECK_TOKEN=token,
    )  # fmt: skip
    assert missing.code == 2
    assert "cannot be read (No such file or directory)" in missing.err


def test_a_wrong_token_is_told_and_ends_with_5(served, refcheck):
    registry, folder, _ = served
    ended = refcheck("submit", str(folder), "--registry", registry.url, "--token", "wrong")
    assert ended.code == 5
    assert "refused it (401): this token is not known here" in ended.err
    assert "The result is kept at" in ended.err


def test_a_registry_that_is_down_is_told_and_ends_with_5(served, refcheck):
    _, folder, token = served
    ended = refcheck("submit", str(folder), "--registry", "http://127.0.0.1:1", "--token", token)
    assert ended.code == 5
    assert "connection refused" in ended.err
    assert f"refcheck submit {folder}/result.json --registry http://127.0.0.1:1" in ended.err


def test_a_token_file_is_part_of_the_way_to_try_again(served, refcheck):
    _, folder, _ = served
    token_file = str(folder / "example.token")
    down = "http://127.0.0.1:1"
    ended = refcheck("submit", str(folder), "--registry", down, "--token-file", token_file)
    assert ended.code == 5
    assert f"--registry {down} --token-file {token_file}`" in ended.err


def test_a_tampered_result_is_told_without_a_way_to_send_it_again(served, refcheck, tmp_path):
    registry, folder, token = served
    envelope = json.loads((folder / "result.json").read_bytes())
    payload = base64.b64decode(envelope["payload"]).replace(b"20261120-", b"20261121-")
    envelope["payload"] = base64.b64encode(payload).decode()
    file = tmp_path / "tampered.json"
    file.write_text(json.dumps(envelope))
    ended = refcheck("submit", str(file), "--registry", registry.url, "--token", token)
    assert ended.code == 5
    assert "refused it (422): $.signatures" in ended.err
    assert "refcheck submit" not in ended.err


def test_wrong_use_ends_with_2(served, refcheck):
    registry, folder, token = served
    assert refcheck("submit", str(folder), "--registry", registry.url).code == 2
    assert refcheck("submit", str(folder), "--token", token).code == 2
    missing = refcheck("submit", "nowhere", "--registry", registry.url, "--token", token)
    assert missing.code == 2
    assert "nowhere: cannot be read" in missing.err
