"""Read a request's body, bounded in size and time, and an answer's, bounded in size."""

import asyncio
from typing import Final

import aiohttp
from aiohttp import web

_SECONDS: Final = 10.0  # for the whole body; a loopback client needs milliseconds


class BodyRefusedError(Exception):
    """The body will not be taken; `status` says why to the client."""

    def __init__(self, status: int, message: str) -> None:
        """Refuse with an HTTP status and a message for the client."""
        super().__init__(message)
        self.status = status


class AnswerTooLargeError(Exception):
    """The answer of a server behind the edge is larger than the edge takes."""


async def read_answer(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The whole body of an answer; the caller bounds the time.

    Raises:
        AnswerTooLargeError: It is larger than `most` bytes; the connection is closed.
    """
    length = response.content_length
    if length is not None and length <= most:
        return await response.read()
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most:
            response.close()
            raise AnswerTooLargeError(f"the answer is larger than {most} bytes")
    return bytes(content)


async def read_body(request: web.BaseRequest, most: int) -> bytes:
    """The whole body.

    Raises:
        BodyRefusedError: It is larger than `most` bytes (413), or did not come in time (408).
    """
    if not request.body_exists:
        return b""
    too_large = f"the request body is larger than {most} bytes"
    if (request.content_length or 0) > most:
        raise BodyRefusedError(413, too_large)
    if request.headers.get("expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # The interim answer is no part of the body that the writer counts.
        request.writer.output_size = 0
    content = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.content.iter_any():
                content += chunk
                if len(content) > most:
                    raise BodyRefusedError(413, too_large)
    except TimeoutError as error:
        raise BodyRefusedError(
            408, f"the request body did not come within {_SECONDS:.0f} s"
        ) from error
    return bytes(content)
