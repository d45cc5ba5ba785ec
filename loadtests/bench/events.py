"""API Gateway events of the REST API, as its Lambda proxy integration makes them.

Only the standard library is imported, because subjects with other packages use it, too.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from loadtests.cloud.persisted_documents import persisted_document

_BROWSER: Final = {
    "Accept": "application/graphql-response+json, application/json;q=0.9",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en-US,en;q=0.9",
    "Host": "api.example.com",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "X-Amzn-Trace-Id": "Root=1-690c9d3e-0123456789abcdef01234567",
    "X-Forwarded-For": "192.0.2.1, 198.51.100.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
}

# The variables of the operation Menu, and how it hands them on.
_DECLARED: Final = "($storeId: ID!, $locale: String)"
_ARGUMENTS: Final = "(storeId: $storeId, locale: $locale)"


def menu_document() -> tuple[str, str]:
    """Return the id and the text of the persisted operation Menu."""
    return persisted_document("Menu")


def persisted(store_id: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """GET of the persisted menu: what carte's site sends."""
    return persisted_operation("Menu", {"storeId": store_id}, headers)


def persisted_operation(
    name: str, variables: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """GET of a persisted operation of carte's site."""
    document_id, _ = persisted_document(name)
    return _event(
        "GET",
        "/graphql/persisted/{documentId}",
        f"/graphql/persisted/{document_id}",
        headers,
        query={"variables": json.dumps(variables, separators=(",", ":"))},
        parameters={"documentId": document_id},
    )


def posted(store_id: str) -> dict[str, Any]:
    """POST of the same operation as text: what any GraphQL client sends."""
    _, document = menu_document()
    return posted_document(document, {"storeId": store_id}, operationName="Menu")


def posted_document(
    document: str,
    variables: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """POST of a document as text; `more` are further members of the body."""
    given = {} if variables is None else {"variables": variables}
    return _event(
        "POST",
        "/graphql",
        "/graphql",
        {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
        body=json.dumps({"query": document, **given, **more}),
    )


def with_literals(store_id: str) -> dict[str, Any]:
    """POST of the same selection with the store's id in the document: each is another text."""
    _, document = menu_document()
    head, declared, rest = document.partition(_DECLARED)
    assert declared, "the operation Menu declares other variables"
    text = head + rest.replace(_ARGUMENTS, f"(storeId: {json.dumps(store_id)})", 1)
    return posted_document(text)


def _event(
    method: str,
    resource: str,
    path: str,
    headers: Mapping[str, str] | None,
    *,
    query: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    sent = {**_BROWSER, **(headers or {})}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} if query else None,
        "pathParameters": dict(parameters) if parameters else None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "carte",
            "domainName": "api.example.com",
            "extendedRequestId": "AbCdEfGhIjKlMnO=",
            "httpMethod": method,
            "identity": {"sourceIp": "192.0.2.1", "userAgent": _BROWSER["User-Agent"]},
            "path": f"/live{path}",
            "protocol": "HTTP/1.1",
            "requestId": "00000000-0000-4000-8000-000000000000",
            "requestTimeEpoch": 1_762_430_400_000,
            "resourcePath": resource,
            "stage": "live",
        },
        "body": body,
        "isBase64Encoded": False,
    }
