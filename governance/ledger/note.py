"""Signed notes, checkpoints and cosignatures: the head of a log as text that any C2SP tool can check.

Sources: C2SP `signed-note` (Format; Ed25519 signatures), `tlog-checkpoint` (Note text), `tlog-cosignature` (Format;
Ed25519 signed message).
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from governance.sealing.raw import public_bytes

ED25519 = b"\x01"  # signed-note, "Signature types"
COSIGNATURE = b"\x04"  # tlog-cosignature, "Format": Ed25519 with a time
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
    return public_bytes(Ed25519PrivateKey.from_private_bytes(private).public_key())


@dataclass(frozen=True)
class Key:
    """A public key as others know it: its name, what kind of signature it gives, and its 32 bytes."""

    name: str
    kind: bytes
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature names its key (signed-note, "Signatures")."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        """Return the key as one word, the way tools for signed notes take it (signed-note, "Verifier keys")."""
        return f"{self.name}+{self.id.hex()}+{b64encode(self.kind + self.public).decode()}"


def read_key(word: str) -> Key:
    """Return the key that *word* spells (signed-note, "Verifier keys"). Raises NoteBroken."""
    parts = word.strip().split("+", 2)
    raw = _from_base64(parts[2]) if len(parts) == 3 else b""
    key = Key(parts[0], raw[:1], raw[1:])
    if not key.name or any(letter.isspace() for letter in key.name) or len(key.public) != 32:
        raise NoteBroken("This is not a key. A key looks like: name+1a2b3c4d+AbC…=")
    if key.kind not in (ED25519, COSIGNATURE) or parts[1] != key.id.hex():
        raise NoteBroken("This key is of a kind that is not known here, or it was copied wrongly.")
    return key


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a log's signature names its key (signed-note, "Ed25519 signatures")."""
    return Key(name, ED25519, public).id


def verifier_key(name: str, public: bytes) -> str:
    """Return a log's key as one word."""
    return str(Key(name, ED25519, public))


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
    text, signatures = split(note)
    _verify(signatures, Key(name, ED25519, public), text.encode("utf-8", "surrogatepass"))
    return text


def split(note: str) -> tuple[str, list[str]]:
    """Return the text of *note* and its lines of signature, none of them checked. Raises NoteBroken."""
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or _has_controls(note):
        raise NoteBroken("This is not a signed note.")
    if not signatures.endswith("\n"):
        raise NoteBroken("The last line of this signed note is cut short: a new line must end it.")
    lines = signatures.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteBroken("This note has too many signatures.")
    for line in lines:
        _signature(line)
    return f"{text}\n", lines


def signers(lines: list[str]) -> list[tuple[str, bytes]]:
    """Return who signed each of these *lines*: the name and the id of the key. Raises NoteBroken."""
    return [_signature(line)[0] for line in lines]


def cosign(text: str, name: str, private: bytes, seconds: int) -> str:
    """Return the line by which a witness says that it saw the checkpoint *text* at *seconds* (POSIX time).

    tlog-cosignature, "Format" and "Ed25519 signed message".
    """
    key = Key(name, COSIGNATURE, public_key(private))
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(_cosigned(text, seconds))
    return f"{MARK}{name} {b64encode(key.id + seconds.to_bytes(8, 'big') + signature).decode()}"


def cosigned_at(text: str, lines: list[str], witness: Key) -> int | None:
    """Return when *witness* signed the checkpoint *text*, in POSIX seconds; None if no line shows that it did."""
    for line in lines:
        try:
            signer, raw = _signature(line)
            if signer != (witness.name, witness.id) or len(raw) != 72 or raw[0] > 127:
                continue
            seconds = int.from_bytes(raw[:8], "big")
            Ed25519PublicKey.from_public_bytes(witness.public).verify(raw[8:], _cosigned(text, seconds))
        except (NoteBroken, InvalidSignature, ValueError):
            continue
        return seconds
    return None


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _verify(lines: list[str], key: Key, text: bytes) -> None:
    ours = [signature for signer, signature in map(_signature, lines) if signer == (key.name, key.id)]
    if not ours:
        raise NoteBroken("The key that we know has not signed this note.")
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
    except InvalidSignature:
        raise NoteBroken("The signature does not fit the text.") from None


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
