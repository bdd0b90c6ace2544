"""The couriers are the ledger's witnesses: what a school holds in hand, the LA cannot unsay (mission F5)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from concord.core.seal.checkpoint import Checkpoint, Countersignature, check_countersignature
from concord.core.seal.signature import b64, public_text, unb64
from concord.core.trouble import Trouble
from concord.desk import gate, keys, standings
from concord.desk.couriers import actor_of, origin, public_key_of
from concord.store import hidden, returns, tree
from concord.store.models import Courier
from concord.store.scope import under


def status(courier: Courier) -> dict[str, Any]:
    """How things stand with this courier's establishment: its agreement, its returns and the ledger's head."""
    laestab = courier.establishment_id
    Courier.objects.filter(pk=courier.pk).update(last_seen=timezone.now())
    permit = gate.ask(actor_of(courier), "own-return", establishments=[laestab], categories=["return"])
    stands = standings.of([laestab], gate.today())[laestab]
    with under(permit):
        found = [_return(one) for one in returns.within(permit)]
        drop = hidden.drops(permit, laestab)
    until = stands.until.isoformat() if stands.until else None
    return {
        "establishment": laestab,
        "agreement": {"state": stands.state, "until": until, "clause": stands.clause},
        "returns": found,
        "drop": [{"kind": kind, "ids": ids} for kind, ids in drop.items()],
        "checkpoint": tree.sign_head(origin(), keys.signing_key()).document(),
    }


def _return(one: Any) -> dict[str, Any]:
    now = one.current
    return {
        "collection": one.collection,
        "state": one.state,
        "errors": now.errors if now else 0,
        "queries": now.queries if now else 0,
    }


def consistency(earlier: int, later: int) -> list[str]:
    """The proof that the ledger of `earlier` lines is the beginning of the ledger of `later` lines."""
    lines = tree.caught_up()
    if not 0 < earlier <= later <= lines.size:
        raise Trouble(
            f"The ledger has {lines.size} lines.", todo="Ask for two sizes that it has had, the smaller first."
        )
    return [b64(step) for step in lines.consistency_proof(earlier, later)]


def countersigned(courier: Courier, size: int, root: str, signature: str) -> int:
    """Keep a courier's word that it saw this head and that it continues the one it saw before."""
    held = tree.head_of_size(size)
    if held is None or held.checkpoint.root != unb64(root, "The root", 32):
        raise Trouble(
            "This is no head of this ledger.", why="The size and root are not of a head that was signed here."
        )
    given = Countersignature(str(courier.id), public_text(public_key_of(courier)), signature)
    head = held.checkpoint
    check_countersignature(Checkpoint(head.origin, head.size, head.root, head.at), given)
    tree.keep_witness(size, courier.id, given.document())
    return size
