"""The OpenAPI document: an example of every call and answer, problems as they are sent."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from app.api import API
from app.documented_examples import ANSWERS, PARAMETERS, REQUESTS
from tests.app.small_home import QUESTION

LOOSE = ("post /v1/chat/completions",)  # shortened beyond what its shape allows
ANN = {"x-reader": "ann-ann-ann"}


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield f"{method} {path}", operation


def has_example(schema, document):
    """Whether a schema, or one that it names, shows an example."""
    if isinstance(schema, list):
        return any(has_example(one, document) for one in schema)
    if not isinstance(schema, dict):
        return False
    if "example" in schema or "examples" in schema:
        return True
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return has_example(document["components"]["schemas"][name], document)
    return any(has_example(one, document) for one in schema.values())


def test_every_call_has_an_example(document):
    bare = []
    for key, operation in operations(document):
        for one in operation.get("parameters", ()):
            if one.get("required") and not has_example(one, document):
                bare.append(f"{key}: {one['name']}")
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content and not has_example(content, document):
            bare.append(f"{key}: body")
    assert bare == []


def test_every_answer_in_json_has_an_example(document):
    bare = [
        f"{key}: {status}"
        for key, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status[:1] == "2"
        and "application/json" in answer.get("content", {})
        and answer["content"]["application/json"].get("schema")
        and not has_example(answer["content"]["application/json"], document)
    ]
    assert bare == []


def test_what_goes_wrong_is_documented_as_it_is_sent(client, document):
    for key, operation in operations(document):
        if "/v1/" not in key:
            assert "application/problem+json" in operation["responses"]["default"]["content"], key
    assert "HTTPValidationError" not in document["components"]["schemas"]
    sent = client.get("/documents/xyz").json()
    wanted = document["components"]["schemas"]["Problem"]
    assert set(wanted["required"]) <= sent.keys() <= wanted["properties"].keys()


def test_no_example_is_of_what_is_not_there(document):
    known = dict(operations(document))
    names = {p["name"] for operation in known.values() for p in operation.get("parameters", ())}
    assert set(ANSWERS) | set(REQUESTS) <= set(known)
    assert set(PARAMETERS) <= names


@pytest.mark.parametrize(
    "key",
    [
        "get /search", "get /answers", "get /feedback/mine", "get /feedback", "get /documents",
        "get /failures", "get /proposals", "get /retraining", "get /stats/series", "get /drift",
        "get /alerts", "get /nights", "get /stats", "get /health", "get /health/live",
        "get /health/ready", "get /me/export", "get /feedback/{feedback_id}",
        "get /answers/{answer_id}/explanation", "get /documents/{document_id}/pages/{page}/words",
        "get /diagnoses/{feedback_id}", "get /answers/{answer_id}", "get /v1/models",
        "get /v1/models/{model}",
    ],
)  # fmt: skip
def test_the_example_has_the_fields_that_come(client, key):
    asked = client.post("/ask", json={"question": QUESTION}, headers=ANN).json()
    said = {"answer_id": asked["answer_id"], "rating": 2, "corrected_answer": "Deux cents grammes."}
    remark = client.post("/feedback", json=said, headers=ANN).json()["feedback_id"]
    client.post(f"/diagnoses/{remark}", headers=ANN)
    book = asked["sentences"][0]["citations"][0]
    path = key.removeprefix("get ").format(
        feedback_id=remark, answer_id=asked["answer_id"], document_id=book["document_id"],
        page=book["page"], model="rag-photographie",
    )  # fmt: skip
    params = {"q": "fixage", "metric": "questions"}
    got = client.get(path, params=params if "{" not in key else None, headers=ANN).json()
    compare(ANSWERS[key], got, key)


def compare(example, got, where):
    if isinstance(example, dict) and isinstance(got, dict):
        if not where.endswith(("checks", "evidence", "statuses")):
            assert example.keys() <= got.keys(), where
        for name in example.keys() & got.keys():
            compare(example[name], got[name], f"{where}.{name}")
    elif isinstance(example, list) and example and isinstance(got, list) and got:
        compare(example[0], got[0], f"{where}[0]")


@pytest.mark.parametrize("key", sorted(key for key in ANSWERS if key not in LOOSE))
def test_an_example_passes_for_what_its_route_answers(key):
    method, _, path = key.partition(" ")
    routes = [route for room in API for route in room.router.routes]
    (route,) = (r for r in routes if r.path == path and method.upper() in r.methods)
    if route.response_model is not None:
        TypeAdapter(route.response_model).validate_python(ANSWERS[key])
