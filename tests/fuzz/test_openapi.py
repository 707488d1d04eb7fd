"""Whatever the OpenAPI document allows gets an answer that is no fault of ours."""

from __future__ import annotations

import os

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from app.api import create_app
from tests.app import small_home

pytestmark = pytest.mark.fuzz
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))  # of each operation


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    """The service as it starts, with a collection; nothing limits how fast one asks."""
    home = small_home.build(tmp_path_factory.mktemp("fuzz") / "home")
    return create_app(home, small_home.SETTINGS)


@pytest.fixture(scope="module")
def client(fuzzed):
    with TestClient(fuzzed, base_url=small_home.ADDRESS, raise_server_exceptions=False) as client:
        fuzzed.state.pace.allows = lambda sender: True
        yield client


@pytest.fixture(scope="module")
def operations(client):
    if os.environ.get("CI"):
        import schemathesis
    else:
        schemathesis = pytest.importorskip("schemathesis")
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    return [found.ok() for found in schema.get_all_operations()]


def test_no_input_makes_a_fault(client, operations):
    faults = []
    assert len(operations) > 25
    for operation in operations:
        if operation.path.endswith("/events"):
            continue  # told until a job ends: see tests/app/test_uploads.py

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def tried(case):
            looked_at(client, case)

        try:
            tried()
        except AssertionError as fault:
            faults.append(f"{operation.method.upper()} {operation.path}: {fault}")
    assert not faults, "\n".join(faults)


def looked_at(client, case):
    """Send one case, and judge what comes back."""
    sent = case.as_transport_kwargs(base_url=small_home.ADDRESS)
    sent = {k: v for k, v in sent.items() if v is not None}
    method, url = sent.pop("method"), sent.pop("url")
    for name, value in sent.pop("cookies", {}).items():
        sent.setdefault("headers", {})["cookie"] = f"{name}={value}"
    if isinstance(sent.get("data"), bytes | str):
        sent["content"] = sent.pop("data")
    try:
        answer = client.request(method, url, **sent)
    except UnicodeEncodeError:
        return  # a header that no client can send
    told = f"{answer.status_code} to {url} {sent}: {answer.text[:300]}"
    assert answer.status_code < 500 or answer.status_code == 503, told
    if answer.status_code >= 400 and not case.path.startswith("/v1/"):
        assert answer.headers["content-type"] == "application/problem+json", told
        assert answer.json()["detail"], told
