"""Notices reach a real HTTP server; a channel that fails loses none and holds up no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from mlops import alerts
from mlops import store_tables as t
from mlops.alerts import outbox
from mlops.alerts.facts import exact
from rag.settings import Settings
from tests.mlops.alerts.conftest import Heard, World

DEAD = "json://127.0.0.1:9/nobody"


def deliver(world: World) -> alerts.Delivery:
    return alerts.deliver(world.home, world.settings, world.store)


def notices(world: World) -> list[dict[str, object]]:
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(t.notices)).mappings()]


def test_a_notice_says_what_since_when_and_what_to_type(world: World, heard: Heard) -> None:
    world.settings = Settings(alert_channels=(heard.url,), language="en")
    world.known["disk_free_mb"] = [exact(100.0)]
    world.look()
    assert deliver(world) == alerts.Delivery(sent=1)
    assert deliver(world) == alerts.Delivery(), "once"
    (body,) = heard.bodies
    assert "disk_free_mb" in body["title"]
    assert "100" in body["message"] and "2026-05-04 12:00" in body["message"]
    assert "type: ragphoto" in body["message"]
    world.known["disk_free_mb"] = [exact(900.0)]
    world.look()
    deliver(world)
    assert "Resolved" in heard.bodies[1]["title"]


def test_secrets_are_neither_in_the_record_nor_in_what_is_shown(
    world: World, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    world.settings = Settings(alert_channels=(heard.url, DEAD))
    world.known["rollback"] = [exact(1.0)]
    world.look()
    deliver(world)
    assert "secret" not in str(notices(world)) and "secret" not in caplog.text
    assert all("secret" not in name for name in alerts.try_channels(world.settings))


def test_a_channel_that_refuses_is_tried_again_and_the_other_is_not_held_up(
    world: World, heard: Heard
) -> None:
    heard.status = 500
    world.settings = Settings(alert_channels=(DEAD, heard.url))
    world.known["rollback"] = [exact(1.0)]
    world.look()
    assert deliver(world) == alerts.Delivery(failed=2, waiting=2)
    heard.status = 200
    assert deliver(world).sent == 0, "not before a minute"
    world.later(minutes=2)
    found = deliver(world)
    assert (found.sent, found.failed) == (1, 1)
    assert len(heard.bodies) == 1
    waits = []
    for _ in range(12):
        before = min(str(row["not_before"]) for row in notices(world) if not row["sent_at"])
        waits.append(datetime.fromisoformat(before) - world.at)
        world.at = datetime.fromisoformat(before)
        deliver(world)
    assert waits == sorted(waits) and waits[-1].total_seconds() == 6 * 3600
    assert [row["sent_at"] is None for row in notices(world)] == [True, False]


def test_quiet_hours_hold_back_what_can_wait(world: World, heard: Heard) -> None:
    world.settings = Settings(
        alert_channels=(heard.url,), quiet_hours="22:00-07:00", timezone="Europe/Paris"
    )
    world.at = datetime(2026, 5, 4, 23, tzinfo=UTC)  # one in the morning in Paris
    world.known["drift"] = [exact(1.0, "topics")]
    world.known["rollback"] = [exact(1.0)]
    world.look()
    assert deliver(world) == alerts.Delivery(sent=1, waiting=1)
    assert "rollback" in heard.bodies[0]["title"], "what is critical does not wait"
    world.at = datetime(2026, 5, 5, 5, 1, tzinfo=UTC)
    assert deliver(world).sent == 1


@pytest.mark.parametrize(
    ("hours", "moment", "until"),
    [
        ("22:00-07:00", "2026-05-04T21:59", None),
        ("22:00-07:00", "2026-05-04T22:00", "2026-05-05T07:00"),
        ("22:00-07:00", "2026-05-05T06:59", "2026-05-05T07:00"),
        ("12:00-14:00", "2026-05-05T13:00", "2026-05-05T14:00"),
        ("", "2026-05-05T03:00", None),
    ],
)
def test_the_end_of_quiet_hours(hours: str, moment: str, until: str | None) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    end = datetime.fromisoformat(until).replace(tzinfo=UTC) if until else at
    assert outbox.after_quiet(at, Settings(quiet_hours=hours, timezone="UTC")) == end


def test_a_channel_that_is_no_longer_set_is_let_go(world: World) -> None:
    world.settings = Settings(alert_channels=(DEAD,))
    world.known["rollback"] = [exact(1.0)]
    world.look()
    world.settings = Settings()
    deliver(world)
    assert notices(world)[0]["error"] == "channel no longer set"
    assert deliver(world) == alerts.Delivery()


def test_every_channel_is_tried(heard: Heard) -> None:
    found = alerts.try_channels(Settings(alert_channels=(heard.url, DEAD, "nonsense")))
    assert sorted(bool(error) for error in found.values()) == [False, True, True]
    assert "Essai" in heard.bodies[0]["title"]


def test_a_channel_that_fails_is_asked_once_a_delivery(
    world: World, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settings = Settings(alert_channels=(DEAD, heard.url))
    world.known["drift"] = [exact(1.0, name) for name in ("a", "b", "c")]
    world.look()
    asked: list[str] = []
    send = outbox._send
    monkeypatch.setattr(
        outbox, "_send", lambda url, *said: (asked.append(url), send(url, *said))[1]
    )
    assert deliver(world) == alerts.Delivery(sent=3, failed=3, waiting=3)
    assert asked.count(DEAD) == 1


def test_only_one_process_delivers(world: World, heard: Heard) -> None:
    from filelock import FileLock

    world.settings = Settings(alert_channels=(heard.url,))
    world.known["rollback"] = [exact(1.0)]
    world.look()
    with FileLock(world.home.storage / "notices.lock"):
        assert deliver(world) == alerts.Delivery()
    assert deliver(world).sent == 1


def test_killed_between_sending_and_noting_it_goes_out_twice_and_is_not_lost(
    world: World, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settings = Settings(alert_channels=(heard.url,))
    world.known["rollback"] = [exact(1.0)]
    world.look()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(outbox, "_sent", killed)
        deliver(world)
    assert deliver(world).sent == 1
    assert len(heard.bodies) == 2


def test_a_channel_that_hangs_is_left_in_time(world: World, heard: Heard) -> None:
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as silent:
        hangs = f"json://127.0.0.1:{silent.getsockname()[1]}/x?cto=0.5&rto=0.5"
        world.settings = Settings(alert_channels=(hangs, heard.url))
        world.known["rollback"] = [exact(1.0)]
        world.look()
        began = time.monotonic()
        assert deliver(world) == alerts.Delivery(sent=1, failed=1, waiting=1)
        assert time.monotonic() - began < 10
