"""A small faithful hub for the courier: the wire of `docs/wire.md` in memory, with faults that can be put between."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from concord.core.seal.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from concord.core.seal.delta import WrongBase, apply, read_delta
from concord.core.seal.envelope import new_identity, open_stream
from concord.core.seal.ledger import leaf_hash, ledger_line
from concord.core.seal.manifest import check_manifest, read_manifest
from concord.core.seal.merkle import Tree
from concord.core.seal.receipt import make_receipt
from concord.core.seal.signature import b64, check, new_key, public_key, public_text
from concord.core.seal.wire import Unsigned, keyid_of, verify_request

ADDRESS = "http://127.0.0.1:8886"
ORIGIN = "pretend/886"
TOKEN = "token-of-the-head-teacher"


@dataclass
class Held:
    """One upload."""

    manifest: dict[str, Any]
    signature: str
    got: bytearray = field(default_factory=bytearray)
    receipt: dict[str, Any] | None = None


class Answer(Exception):  # noqa: N818 - leaves the request with this answer
    def __init__(self, status: int, document: dict[str, Any]) -> None:
        self.status, self.document = status, document


class PretendHub:
    """Keeps everything in memory; `accepted` has (key, content) for every file ever taken in."""

    def __init__(self) -> None:
        self.key = new_key()
        self.secret, self.recipient = new_identity()
        self.couriers: dict[str, str] = {}
        self.uploads: dict[str, Held] = {}
        self.accepted: list[tuple[str, bytes]] = []
        self.sets: dict[str, dict[str, Any]] = {}
        self.lines: list[bytes] = []
        self.tree = Tree()
        self.witnessed: list[dict[str, Any]] = []
        self.nonces: set[str] = set()
        self.now: dt.datetime | None = None
        self.refusal: dict[str, str] | None = None
        self.log: list[tuple[str, str]] = []
        self.token_used_by = ""
        self.status_refused: dict[str, str] | None = None
        self._write({"verb": "begin"})

    def _write(self, entry: dict[str, Any]) -> dict[str, Any]:
        whole = {"n": len(self.lines), **entry}
        self.lines.append(ledger_line(whole))
        self.tree.append(leaf_hash(self.lines[-1]))
        return whole

    def head(self) -> dict[str, Any]:
        point = Checkpoint(ORIGIN, self.tree.size, self.tree.root(), "2026-10-02T03:04:05Z")
        return sign_checkpoint(point, self.key).document()

    def rewrite(self) -> None:
        """The ledger written anew with the true key: what a witness must notice."""
        self.lines = [line.replace(b"begin", b"other") for line in self.lines]
        self.tree = Tree(map(leaf_hash, self.lines))

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """One request, as a server would answer it."""
        path = urlsplit(url).path
        self.log.append((method, path))
        now = self.now or dt.datetime.now(dt.UTC)
        try:
            courier = self._who(method, url, headers, body, now)
            return 200, self._route(method, path, url, headers, body, courier)
        except Answer as left:
            return left.status, left.document
        except Unsigned as fault:
            told = {"what": fault.what, "why": fault.why, "todo": fault.todo}
            return 401, {**told, "reason": fault.reason, "now": now.isoformat()}

    def _who(self, method: str, url: str, headers: dict[str, str], body: bytes, now: dt.datetime) -> str:
        keyid = keyid_of(headers)
        text = json.loads(body)["signing_key"] if keyid == "enrol" else self.couriers.get(keyid)
        if text is None:
            raise Answer(401, {"what": "This courier was revoked.", "reason": "revoked"})
        verify_request(method, url, headers, body, public_key(text), now, self._seen)
        return keyid

    def _seen(self, nonce: str) -> bool:
        known = nonce in self.nonces
        self.nonces.add(nonce)
        return known

    def _route(self, method, path, url, headers, body, courier) -> dict[str, Any]:  # noqa: PLR0911, PLR0917
        match [method, *path.removeprefix("/api/courier/").split("/")]:
            case ["POST", "enrol"]:
                return self._enrol(json.loads(body))
            case ["GET", "status"]:
                if self.status_refused:
                    raise Answer(403, {"refusal": self.status_refused})
                agreement = {"state": "in_force", "until": "2029-06-14", "clause": "7b"}
                base = {"establishment": "886/2001", "kind": "maintained", "agreement": agreement}
                return {**base, "returns": [], "checkpoint": self.head()}
            case ["GET", "consistency"]:
                asked = parse_qs(urlsplit(url).query)
                proof = self.tree.consistency_proof(int(asked["from"][0]), int(asked["to"][0]))
                return {"proof": [b64(step) for step in proof]}
            case ["POST", "witness"]:
                return self._witness(json.loads(body), courier)
            case ["POST", "uploads"]:
                return self._offer(json.loads(body), courier)
            case ["GET", "uploads", name]:
                return self._stands(name)
            case ["PATCH", "uploads", name]:
                return self._patch(name, int(headers["upload-offset"]), body)
            case ["POST", "uploads", name, "finish"]:
                return self._finish(name)
        raise Answer(404, {"what": "There is no such address."})

    def _enrol(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["token"] != TOKEN or self.token_used_by not in ("", asked["signing_key"]):
            raise Answer(422, {"what": "The token does not open anything.", "todo": "Ask for a new one."})
        self.token_used_by = self.couriers["c-1"] = asked["signing_key"]
        hub = {"recipient": self.recipient, "signing_key": public_text(self.key), "origin": ORIGIN}
        card = {
            "courier": "c-1",
            "establishment": "886/2001",
            "la": "886",
            "name": "Example Primary",
            "kind": "maintained",
        }
        return {**card, "hub": hub, "checkpoint": self.head()}

    def _witness(self, said: dict[str, Any], courier: str) -> dict[str, Any]:
        head = {"origin": ORIGIN, "size": said["size"], "root": said["root"]}
        check("witness", head, said["signature"], public_key(self.couriers[courier]), "the witness")
        assert said["root"] == b64(self.tree.root(said["size"]))
        self.witnessed.append(said)
        return {"size": said["size"]}

    def _offer(self, asked: dict[str, Any], courier: str) -> dict[str, Any]:
        stated = check_manifest(asked["manifest"], asked["signature"], public_key(self.couriers[courier]))
        assert (stated.courier, stated.establishment) == (courier, "886/2001")
        if self.refusal:
            raise Answer(403, {"refusal": self.refusal})
        name = f"u-{stated.key}"
        self.uploads.setdefault(name, Held(asked["manifest"], asked["signature"]))
        if self.uploads[name].manifest != asked["manifest"]:
            raise Answer(422, {"what": "Another file has this key."})
        return self._stands(name)

    def _held(self, name: str) -> Held:
        if name not in self.uploads:
            raise Answer(404, {"what": "There is no such upload."})
        return self.uploads[name]

    def _stands(self, name: str) -> dict[str, Any]:
        held = self._held(name)
        size = held.manifest["sealed_size"]
        state = "received" if held.receipt else "whole" if len(held.got) == size else "open"
        return {"upload": name, "offset": len(held.got), "size": size, "state": state}

    def _patch(self, name: str, offset: int, body: bytes) -> dict[str, Any]:
        held = self._held(name)
        if offset != len(held.got):
            raise Answer(409, {"offset": len(held.got)})
        held.got += body
        return {"offset": len(held.got)}

    def _finish(self, name: str) -> dict[str, Any]:
        held = self._held(name)
        if held.receipt:
            return held.receipt
        stated = read_manifest(held.manifest)
        if sha256(held.got).hexdigest() != stated.sealed_sha256:
            held.got.clear()
            raise Answer(422, {"what": "The bytes are not those of the manifest.", "reason": "digest"})
        content = BytesIO()
        key = public_key(self.couriers[stated.courier])
        open_stream(BytesIO(held.got), content, held.manifest, held.signature, identity=self.secret, key=key)
        if stated.collection.startswith("feed."):
            self._apply(stated.collection, content.getvalue())
        self.accepted.append((stated.key, content.getvalue()))
        entry = {"verb": "receive", "manifest": stated.sha256(), "courier": stated.courier}
        entry = self._write({**entry, "establishment": stated.establishment})
        head = read_checkpoint(self.head())
        held.receipt = make_receipt(stated, entry, self.tree.inclusion_proof(entry["n"]), head, self.key)
        return held.receipt

    def _apply(self, kind: str, content: bytes) -> None:
        try:
            self.sets[kind] = apply(read_delta(content), self.sets.get(kind, {}))
        except WrongBase as fault:
            raise Answer(422, {"what": fault.what, "reason": "base"}) from fault


class Line(httpx.BaseTransport):
    """The network between: counts requests, and does to the n-th what `faults` says."""

    def __init__(self, hub: PretendHub, faults: dict[int, str] | None = None) -> None:
        self.hub, self.faults, self.count = hub, faults or {}, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        fault = self.faults.get(self.count, "")
        body = request.read()
        if fault == "lost":
            raise httpx.ConnectError("no route")
        if fault == "half" and request.method == "PATCH":
            name = request.url.path.rsplit("/", 1)[1]
            self.hub.uploads[name].got += body[: len(body) // 2]
            raise httpx.WriteError("reset")
        if fault in ("500", "429", "html"):
            content = b"<html>" if fault == "html" else b"{}"
            return httpx.Response(200 if fault == "html" else int(fault), content=content)
        given = (request.method, str(request.url), dict(request.headers), body)
        status, said = self.hub.answer(*given)
        if fault == "twice":
            self.hub.nonces.clear()
            self.hub.answer(*given)
        if fault in ("late", "half"):
            raise httpx.ReadTimeout("slow")
        if fault == "spoilt" and request.method == "PATCH":
            self.hub.uploads[request.url.path.rsplit("/", 1)[1]].got[-1] ^= 1
        return httpx.Response(status, json=said)
