"""What a program reads when it gets no answer: problem details (RFC 9457) with a code for it and words for its author."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django.http import HttpResponse, JsonResponse
from pydantic import BaseModel, Field

MEDIA_TYPE: Final = "application/problem+json"
# Written out, because Python's names of 422 differ between its versions.
_TITLES: Final = {
    HTTPStatus.BAD_REQUEST: "Bad Request",
    HTTPStatus.UNAUTHORIZED: "Unauthorized",
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method Not Allowed",
    HTTPStatus.CONFLICT: "Conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Unsupported Media Type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
    HTTPStatus.TOO_MANY_REQUESTS: "Too Many Requests",
}


class WrongValue(BaseModel):
    """One parameter, or one field of the body, that cannot be used."""

    name: str = Field(description="The parameter or field as it was sent.")
    pointer: str | None = Field(
        description="Where it stands in the body, as a JSON Pointer (RFC 6901); null for what stands elsewhere."
    )
    detail: str = Field(description="What would be right.")


class Problem(BaseModel):
    """Problem details as in RFC 9457."""

    type: str = Field(description="Always about:blank: the code tells problems apart.")
    title: str = Field(description="The name of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="What went wrong, for programs. New codes may be added.")
    detail: str = Field(description="What went wrong and what to do, for people.")
    errors: list[WrongValue] = Field(description="Each value that cannot be used; empty where it is not about one.")


@dataclass
class Refusal(Exception):
    """The request is not carried out."""

    status: HTTPStatus
    code: str
    detail: str
    errors: list[WrongValue] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


class WrongValues(Refusal):
    """Some parameters or fields cannot be used; each says what would be right."""

    def __init__(self, errors: list[WrongValue]) -> None:
        words = "Some values cannot be used. Nothing was done; put right what stands in errors and ask again."
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_values", words, errors)


def wrong_field(*path: str | int, words: str) -> WrongValues:
    """One field of the body, by the way to it."""
    return WrongValues([wrong_value(path, words)])


def wrong_value(path: Sequence[str | int], words: str) -> WrongValue:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    return WrongValue(
        name=str(path[-1]) if path else "body", pointer="".join(f"/{part}" for part in parts), detail=words
    )


class NotFound(Refusal):
    """`code` says of what there is none."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, code, words)


class Conflict(Refusal):
    """It could be done at another time, or after something else: `code` says what stands in the way."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(HTTPStatus.CONFLICT, code, words)


def problem_of(refusal: Refusal) -> Problem:
    return Problem(
        type="about:blank",
        title=_TITLES[refusal.status],
        status=refusal.status,
        code=refusal.code,
        detail=refusal.detail,
        errors=refusal.errors,
    )


def problem_response(refusal: Refusal) -> HttpResponse:
    told = problem_of(refusal).model_dump()
    return JsonResponse(told, status=refusal.status, content_type=MEDIA_TYPE, headers=refusal.headers)
