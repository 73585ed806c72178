"""What a program reads when it gets no answer: problem details (RFC 9457) with a code for it and words for its author."""

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
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}


class WrongValue(BaseModel):
    """One parameter that cannot be used."""

    name: str = Field(description="The parameter as it was sent.")
    detail: str = Field(description="What would be right.")


class Problem(BaseModel):
    """Problem details as in RFC 9457."""

    type: str = Field(description="Always about:blank: the code tells problems apart.")
    title: str = Field(description="The name of the HTTP status.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="What went wrong, for programs. New codes may be added.")
    detail: str = Field(description="What went wrong and what to do, for people.")
    errors: list[WrongValue] = Field(description="Each parameter that cannot be used; empty where it is not about one.")


@dataclass
class Refusal(Exception):
    """The request is not carried out."""

    status: HTTPStatus
    code: str
    detail: str
    errors: list[WrongValue] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


class WrongValues(Refusal):
    """Some parameters cannot be used; each says what would be right."""

    def __init__(self, errors: list[WrongValue]) -> None:
        words = "Some parameters cannot be used. Nothing was read; put right what stands in errors and ask again."
        super().__init__(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_values", words, errors)


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
