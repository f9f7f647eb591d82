"""Sealing: what the server takes in, it cannot read; what a reader opens, only that reader's key opens.

Pure functions over bytes: no database, no web, no clock. `hpke.py` seals and locks, `shamir.py` splits a
secret among people, `passphrases.py` makes and stretches what is printed on a card, `codes.py` makes
follow-up codes, `puzzles.py` has a browser show that it worked.
"""

from governance.sealing.codes import Code, CodeKeys, CodeUnreadable, code_from_token, code_keys, read_code
from governance.sealing.hpke import (
    SEALED_V1,
    Pair,
    commitment,
    context,
    dummy_commitment,
    lock,
    new_key,
    new_pair,
    new_signer,
    open_sealed,
    opener,
    pair_from,
    public_of,
    seal,
    sign,
    signature_holds,
    unlock,
)
from governance.sealing.padding import BUCKETS, SealBroken, padded, unpadded
from governance.sealing.passphrases import (
    LANGUAGES,
    Stretched,
    cheap_for_tests,
    new_passphrase,
    salt_for,
    split_stretched,
    stretch,
    stretch_raw,
    word_list,
)
from governance.sealing.puzzles import EASIEST, HARDEST, PARTS, PUZZLE_ANSWER, bits_for, is_solved, zero_bits
from governance.sealing.shamir import Share, join_secret, split_secret

__all__ = [
    "BUCKETS", "EASIEST", "HARDEST", "LANGUAGES", "PARTS", "PUZZLE_ANSWER", "SEALED_V1", "Code", "CodeKeys",
    "CodeUnreadable", "Pair", "SealBroken", "Share", "Stretched", "bits_for", "cheap_for_tests", "code_from_token",
    "code_keys", "commitment", "context", "dummy_commitment", "is_solved", "join_secret", "lock", "new_key",
    "new_pair", "new_passphrase", "new_signer", "open_sealed", "opener", "padded", "pair_from", "public_of",
    "read_code", "salt_for", "seal", "sign", "signature_holds", "split_secret", "split_stretched", "stretch",
    "stretch_raw", "unlock", "unpadded", "word_list", "zero_bits",
]  # fmt: skip
