"""A passkey in software, for what browsers' virtual ones cannot do: to lie."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """Answers for an origin, as a browser with one ES256 passkey would. `count` None: kept in a cloud, and counts nothing."""

    origin: str = "https://shop.example"
    host: str = "shop.example"
    flags: int = PRESENT | VERIFIED
    count: int | None = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str | None = None

    def make(self, options: dict[str, Any]) -> str:
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + cbor2.dumps(public)
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + attested}
        response = {"attestationObject": bytes_to_base64url(cbor2.dumps(told)), "transports": ["internal", "magic"]}
        return self._answer(response, self._client("webauthn.create", options["challenge"]))

    def sign(self, options: dict[str, Any]) -> str:
        if self.count is not None:
            self.count += 1
        client, data = self._client("webauthn.get", options["challenge"]), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signature),
            "userHandle": self.handle,
        }
        return self._answer(response, client)

    def _data(self, more: int) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return hashlib.sha256(self.host.encode()).digest() + flags + (self.count or 0).to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        assert len(base64url_to_bytes(challenge)) >= 16
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any], client: bytes) -> str:
        number = bytes_to_base64url(self.credential)
        told = response | {"clientDataJSON": bytes_to_base64url(client)}
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": told})
