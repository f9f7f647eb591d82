/* A seal that its own key signs: its maker shows, outside of it, that they drew that key themselves. So what is in it,
   or that nothing opens it, can be proved to everybody once the box is open, and no copied ballot opens by that.
   The Python side, with the reasons, is governance/sealing/signed_seal.py; what opens it is same-key.js. */
import * as C from "./crypto.js";

export const VERSION = 2, KEY_BYTES = 32, MARK_BYTES = 32, SIGNATURE_BYTES = 64;
const SIGNATURE = C.utf8("real-voice signed seal v2\0"), TOKEN = C.utf8("real-voice sealed under v2\0");

export const toSign = async (body, info) => C.joined(SIGNATURE, await C.sha256(body), info);

/* `receiver` is the counting key, and `token` what the ballot is dropped under: its mark binds it and tells nothing. */
export const sealSigned = async (receiver, words, info, token, plain) => {
  const seed = C.random(32), key = await C.ed25519Public(seed, plain);
  const ephemeral = (await C.sha512(seed)).slice(0, 32); // The number behind `key`, as RFC 8032 has it.
  const sealed = await C.hpkeSeal(receiver, C.padded(words), info, { plain, ephemeral });
  const body = C.joined(Uint8Array.of(VERSION), key, await C.sha256(TOKEN, key, token), sealed.slice(32));
  return C.joined(body, await C.sign(seed, await toSign(body, info), plain));
};
