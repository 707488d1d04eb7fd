from __future__ import annotations

import warnings

import pytest

with warnings.catch_warnings():  # starlette would rather have httpx2; httpx is what Prefect brings
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

from app.api import create_app
from tests.app import small_home


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory):
    """For tests that only read."""
    return small_home.build(tmp_path_factory.mktemp("shared") / "home")


@pytest.fixture
def home(tmp_path):
    """For tests that change something."""
    return small_home.build(tmp_path / "home")


@pytest.fixture(scope="module")
def reader(shared_home):
    app = create_app(shared_home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS) as client:
        yield client


@pytest.fixture
def client(home):
    app = create_app(home, small_home.SETTINGS)
    with TestClient(app, base_url=small_home.ADDRESS) as client:
        yield client


@pytest.fixture(autouse=True)
def in_french():
    """Whatever a test before spoke."""
    from app import console

    console.speak("fr")
