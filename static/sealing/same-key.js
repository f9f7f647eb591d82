/* Opening signed seals, and proving of each what is in it: that two things were made with one private key, which the
   proof does not tell. The Python side, with sources and reasons, is governance/sealing/same_key.py. */
import * as C from "./crypto.js";
import * as Curves from "./curves.js";
import { KEY_BYTES, MARK_BYTES, SIGNATURE_BYTES, VERSION, toSign } from "./signed-seal.js";

const LABEL = C.utf8("real-voice same key v1\0"), DRAWING = C.utf8("real-voice same key v1 drawn\0");
const { EIGHT_TIMES_BASE, ORDER, decoded, encoded, fromLittle, times, toLittle } = Curves;

const hashed = async (...parts) => {
  const digest = await C.sha512(...parts);
  return (fromLittle(digest.slice(0, 32)) + (fromLittle(digest.slice(32)) << 256n)) % ORDER;
};
const lengthOf = (bytes) => new Uint8Array(new Uint32Array([bytes.length]).buffer).reverse();

/* An eighth of what X25519 multiplies by, turned round where its public half is read as the other point. */
const scalarOf = (secret, own) => {
  const eighth = ((fromLittle(secret) & ((1n << 254n) - 8n)) | (1n << 254n)) >> 3n;
  const isOther = !C.same(encoded(times(eighth, EIGHT_TIMES_BASE)), encoded(Curves.fromMontgomery(own)));
  return (isOther ? ORDER - (eighth % ORDER) : eighth) % ORDER;
};

const proof = async (scalar, own, key, about) => {
  const eightTimes = times(8n, decoded(key)), shown = encoded(times(scalar, eightTimes));
  const nonce = await hashed(DRAWING, toLittle(scalar), C.random(64), key, about);
  const began = [encoded(times(nonce, EIGHT_TIMES_BASE)), encoded(times(nonce, eightTimes))];
  const lot = await hashed(LABEL, lengthOf(about), about, own, key, shown, ...began);
  return C.joined(shown, toLittle(lot), toLittle((nonce + lot * scalar) % ORDER));
};

/* The parts of a signed seal, or null where its signature does not hold. A browser may be stricter than its fellows,
   so ours has the last word: both openers of a box must say the same. */
const read = async (whole, info, plain) => {
  const body = whole.slice(0, -SIGNATURE_BYTES), signature = whole.slice(-SIGNATURE_BYTES);
  const key = body.slice(1, 1 + KEY_BYTES), signed = await toSign(body, info);
  if (body[0] !== VERSION || key.length !== KEY_BYTES || Curves.isSmall(key)) return null;
  const holds = (await C.signatureHolds(key, signed, signature, plain))
    || (await C.signatureHolds(key, signed, signature, true));
  return holds ? { key, inside: body.slice(1 + KEY_BYTES + MARK_BYTES) } : null;
};

/* What opens the signed seals of one private key: for each what was in it, null for nothing, and the proof of that,
   null for a seal that is not signed. Of such a one nothing may be shown: it may be somebody else's, multiplied. */
export const openerWithProof = async (secret, info, plain) => {
  const own = await C.x25519Public(secret, plain), scalar = scalarOf(secret, own);
  return async (whole) => {
    const seal = await read(whole, info, plain);
    if (!seal) return { words: null, proof: null };
    const sealed = C.joined(Curves.toMontgomery(seal.key), seal.inside);
    const words = await C.hpkeOpen(secret, sealed, info, { plain }).then(C.unpadded).catch(() => null);
    return { words, proof: await proof(scalar, own, seal.key, C.joined(info, await C.sha256(whole))) };
  };
};
