"""The bytes of a key, by calls that older libraries know: whoever counts a vote again has what their system brings."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def public_bytes(key: Ed25519PublicKey | X25519PublicKey) -> bytes:
    """Return the 32 bytes of a public key (RFC 8032, RFC 7748)."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def private_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes of a private key (RFC 8032)."""
    return key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
