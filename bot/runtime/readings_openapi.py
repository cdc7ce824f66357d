"""What `GET /api/openapi.json` answers: a description that programs, and our own tests, are made from."""

from __future__ import annotations

from typing import Any

_REFUSED = {"$ref": "#/components/schemas/Refused"}


def _answer(description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema or _REFUSED}}}


_RETRY = {"headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}}

_READING = {
    "type": "object",
    "required": ["measure", "value"],
    "additionalProperties": False,
    "properties": {
        "measure": {"type": "integer", "minimum": 1, "description": "Its number, as the goal's details show it."},
        "value": {
            "description": "12 digits before the point and 6 after it.",
            "oneOf": [
                {"type": "number", "minimum": -999_999_999_999, "maximum": 999_999_999_999},
                {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"},
            ],
        },
        "at": {
            "description": "When it was so: a date, or a moment with its zone. Now, where it is left out.",
            "type": ["string", "null"],
            "anyOf": [{"format": "date"}, {"format": "date-time"}],
        },
    },
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Cairn",
        "version": "1",
        "description": "Readings of measures, from where the numbers are. All of a request is kept, or nothing.",
    },
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "Made by an admin with /cairn tokens."}
        },
        "schemas": {
            "Reading": _READING,
            "Refused": {
                "type": "object",
                "required": ["error"],
                "properties": {
                    "error": {"type": "string"},
                    "rows": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["row", "reason"],
                            "properties": {
                                "row": {
                                    "type": "integer",
                                    "description": "From 1 on; of CSV the line, the header's is 1.",
                                },
                                "reason": {"type": "string"},
                            },
                        },
                    },
                },
            },
        },
    },
    "paths": {
        "/api/readings": {
            "post": {
                "operationId": "addReadings",
                "summary": "Add readings",
                "security": [{"token": []}],
                "parameters": [
                    {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "description": "Sent twice with one key, readings are kept once; for 30 days.",
                        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["readings"],
                                "additionalProperties": False,
                                "properties": {
                                    "readings": {
                                        "type": "array",
                                        "maxItems": 10_000,
                                        "items": {"$ref": "#/components/schemas/Reading"},
                                    }
                                },
                            }
                        },
                        "text/csv": {
                            "schema": {"type": "string"},
                            "example": "measure,value,at\n12,7.5,2026-11-23\n",
                        },
                    },
                },
                "responses": {
                    "200": _answer(
                        "All were kept, now or when this key was first sent.",
                        {"type": "object", "required": ["taken"], "properties": {"taken": {"type": "integer"}}},
                    ),
                    "400": _answer("It can't be read."),
                    "401": _answer("No token, or one that opens nothing."),
                    "403": _answer("The token was revoked."),
                    "408": _answer("It didn't all come in time."),
                    "413": _answer("More than 10,000 readings, or 2 MB."),
                    "415": _answer("Neither application/json nor text/csv."),
                    "422": _answer("Rows that can't be kept, with the reason for each; none was."),
                    "429": {**_answer("Too many requests in a minute."), **_RETRY},
                    "503": {**_answer("The database doesn't answer; nobody knows whether it was kept."), **_RETRY},
                },
            }
        }
    },
}
