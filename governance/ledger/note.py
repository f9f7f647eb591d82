"""Signed notes and checkpoints: the head of a log as text that any C2SP tool can check.

Sources: C2SP `signed-note` (Format; Ed25519 signatures) and `tlog-checkpoint` (Note text).
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # signed-note, "Signature types"
MOST_SIGNATURES = 100  # The specification asks for a limit of at least 16.
MOST_DIGITS = 20  # of a size: what fits into 64 bits
MARK = "\u2014 "


class NoteBroken(Exception):
    """The text is not a note that the key we know has signed; the message says what is wrong."""


@dataclass(frozen=True)
class Checkpoint:
    """What a log says about itself: who it is, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text to sign (tlog-checkpoint, "Note text"), without extension lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Return what the signed *text* says. Raises NoteBroken. Extension lines are allowed and left out."""
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 3 or not all(lines):
        raise NoteBroken("A checkpoint has three lines or more, and none is empty.")
    size = lines[1]
    if not (size.isascii() and size.isdecimal()) or len(size) > MOST_DIGITS or str(int(size)) != size:
        raise NoteBroken("The second line of a checkpoint is a plain number.")
    root = _from_base64(lines[2])
    if len(root) != 32:
        raise NoteBroken("The third line of a checkpoint is a SHA-256 hash in base64.")
    return Checkpoint(lines[0], int(size), root)


def public_key(private: bytes) -> bytes:
    """Return the 32 public bytes of an Ed25519 key (RFC 8032) given as its 32 private bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a signature names its key (signed-note, "Ed25519 signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """Return the key as one word, the way tools for signed notes take it: name, key id, and the key in base64."""
    return f"{name}+{key_id(name, public).hex()}+{b64encode(ED25519 + public).decode()}"


def sign(text: str, name: str, private: bytes) -> str:
    """Return *text* as a note, signed by the Ed25519 key *private* under *name*.

    Raises ValueError for a text or a name that could not be read back.
    """
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise ValueError("The name of a key has no space and no plus sign.")
    if not text.endswith("\n") or _has_controls(text):
        raise ValueError("The text of a note ends its last line, and has no control characters.")
    key = Ed25519PrivateKey.from_private_bytes(private)
    signature = key_id(name, public_key(private)) + key.sign(text.encode())
    return f"{text}\n{MARK}{name} {b64encode(signature).decode()}\n"


def open_note(note: str, name: str, public: bytes) -> str:
    """Return the text of *note* if the key *public* under *name* signed it. Raises NoteBroken.

    Signatures of other keys are ignored, as the specification asks.
    """
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or _has_controls(note):
        raise NoteBroken("This is not a signed note.")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteBroken("This note has too many signatures.")
    ours = [signature for signer, signature in map(_signature, lines) if signer == (name, key_id(name, public))]
    if not ours:
        raise NoteBroken("The key that we know has not signed this note.")
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, f"{text}\n".encode())
    except (InvalidSignature, UnicodeEncodeError):
        raise NoteBroken("The signature does not fit the text.") from None
    return f"{text}\n"


def _signature(line: str) -> tuple[tuple[str, bytes], bytes]:
    """Return who signed, as name and key id, and the signature itself."""
    name, _, encoded = line.removeprefix(MARK).partition(" ")
    raw = _from_base64(encoded)
    if not line.startswith(MARK) or not name or "+" in name or len(raw) < 5:
        raise NoteBroken("A line of signature is malformed.")
    return (name, raw[:4]), raw[4:]


def _from_base64(encoded: str) -> bytes:
    """Decode strictly: only the one spelling that encoding would give back."""
    try:
        raw = b64decode(encoded.encode("ascii"), validate=True)
    except ValueError:
        raise NoteBroken("This is not base64.") from None
    if b64encode(raw).decode() != encoded:
        raise NoteBroken("This is not base64.")
    return raw


def _has_controls(text: str) -> bool:
    return any(letter < " " and letter != "\n" for letter in text)
