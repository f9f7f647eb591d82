/* The counting key: made here and split among three people, and put together again here to open the box.
   The server sees its public half, and what came out of the box. Nothing is kept: leaving the page forgets it all. */
import * as C from "../sealing/crypto.js";
import { openerWithProof } from "../sealing/same-key.js";
import { VERSION } from "../sealing/signed-seal.js";
import { ShareTrouble, fromText, join, split, textOf } from "../sealing/shares.js";

/* Return the public half as hex and the three printed texts, any two of which bring the private half back. */
export const make = async (plain) => {
  const secret = C.random(32);
  try {
    return {
      key: C.hex(await C.x25519Public(secret, plain)),
      shares: await Promise.all((await split(secret)).map(textOf)),
    };
  } finally {
    secret.fill(0);
  }
};

/* Return the private half. Throws ShareTrouble, also ("other") when it is not the half of `key` (hex). */
export const rebuild = async (typed, key, plain) => {
  const secret = await join(await Promise.all(typed.map(fromText)));
  if (secret.length !== 32 || C.hex(await C.x25519Public(secret, plain)) !== key) throw new ShareTrouble("other");
  return secret;
};

/* Which seals a vote takes stands in its `info`, as governance/ballots/papers/envelope.py writes it. */
const takesSigned = (info) => new TextDecoder().decode(info).startsWith(`real-voice ballot v${VERSION} `);

/* Open `box` ({info, public_key, sealed}) and return what lay in it, in its order, in base64; "" for what
   does not open. Of a signed seal it is a list of two: that, and in hexadecimal the proof of it. The first is the test
   word, in a plain seal; a ballot is opened by the seal of its vote alone, or a copy in another form would open. */
export const openBox = async (typed, box, progress = () => {}, plain = false) => {
  const secret = await rebuild(typed, box.public_key, plain), info = C.fromHex(box.info), opened = [];
  const signed = takesSigned(info);
  try {
    const openSigned = await openerWithProof(secret, info, plain);
    for (const sealed of box.sealed.map(C.fromBase64)) {
      const found = signed && opened.length ? await openSigned(sealed).then(({ words, proof }) =>
        [words ? C.base64(words) : "", proof ? C.hex(proof) : ""])
        : await C.openSealed(secret, sealed, info, plain).then(C.base64, () => "");
      progress(opened.push(found), box.sealed.length);
    }
  } finally {
    secret.fill(0);
  }
  return opened;
};
