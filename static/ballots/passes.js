/* A pass and a ballot, made in the voter's own browser. Nothing here touches the page.
   The same words and labels as governance/ballots/passes and papers, or nothing fits. */
import * as C from "../sealing/crypto.js";
import { base32 } from "../sealing/shares.js";
import { sealSigned } from "../sealing/signed-seal.js";
import { lettersIn } from "./card-letters.js";

const DROP = "real-voice drop v1", BALLOT_KEY = "real-voice ballot key v1";
const BALLOT_BYTES = 4096, CODE_LETTERS = 20, TRACKER_LETTERS = 10;
export const TEXT_MARK = "RVPASS1";

/* A card's code: twenty base32 letters. "" for what is none. */
export const readCode = (typed) => {
  const letters = lettersIn(typed);
  return letters.length === CODE_LETTERS && /^[A-Z2-7]*$/.test(letters) ? letters : "";
};
const derived = (code, label, election) =>
  C.hkdf(C.utf8(code), new Uint8Array(0), C.utf8(`${label} ${election}`), 32);
export const fromCode = async (code, election) => ({
  election, drop: await derived(code, DROP, election), seed: await derived(code, BALLOT_KEY, election),
  dropGrants: [], ballotGrants: [],
});

/* What issuers sign; neither can be taken for the other. */
export const dropMessage = (election, token) => C.sha256(C.utf8(DROP), C.utf8(election), token);
export const keyMessage = (election, own) => C.sha256(C.utf8(BALLOT_KEY), C.utf8(election), own);
export const trackerOf = async (own) => base32(await C.sha256(own)).slice(0, TRACKER_LETTERS);

/* Collecting. `keys` is {drop: [SPKI, …], ballot: [SPKI, …]}: for each purpose, one key of each issuer.
   What comes back is the draft to keep until the answer is there: only `blinded` of it leaves the device. */
export const begin = async (election, keys) => {
  const drop = C.random(32), seed = C.random(32);
  const messages = {
    drop: await dropMessage(election, drop),
    ballot: await keyMessage(election, await C.ed25519Public(seed)),
  };
  const draft = { v: 1, election, drop: C.hex(drop), seed: C.hex(seed), secrets: {}, blinded: {} };
  for (const purpose of ["drop", "ballot"]) {
    draft.secrets[purpose] = [];
    draft.blinded[purpose] = [];
    for (const key of keys[purpose]) {
      const prepared = C.prepare(messages[purpose]);
      const { message, inverse } = await C.blind(await C.issuer(key), prepared);
      draft.secrets[purpose].push({ prepared: C.hex(prepared), inverse: C.hex(inverse) });
      draft.blinded[purpose].push(C.base64(message));
    }
  }
  return draft;
};

/* `answer` is {drop: [base64, …], ballot: [base64, …]}: the blind signatures, in the order of the keys.
   Returns the pass; throws when one signature does not hold. */
export const complete = async (draft, keys, answer) => {
  const grants = {};
  for (const purpose of ["drop", "ballot"]) {
    grants[purpose] = await Promise.all(keys[purpose].map(async (key, at) => {
      const secret = draft.secrets[purpose][at], prepared = C.fromHex(secret.prepared);
      const signed = C.fromBase64(answer[purpose][at]);
      const signature = await C.finalize(await C.issuer(key), prepared, signed, C.fromHex(secret.inverse));
      return C.base64(C.grant(prepared, signature));
    }));
  }
  return { v: 1, election: draft.election, drop: draft.drop, seed: draft.seed, grants, seq: 0 };
};

/* A pass as the text to print or to take to another device; it says by itself which election it is for. */
export const passText = (pass) => `${TEXT_MARK} ${C.base64(C.utf8(C.canonical(pass)))}`;
export const readPass = (typed) => {
  const [mark, ...rest] = typed.trim().split(/\s+/);
  if (mark !== TEXT_MARK) return null;
  try {
    const pass = JSON.parse(C.text(C.fromBase64(rest.join(""))));
    return pass.v === 1 && /^[0-9a-f]{64}$/.test(pass.drop) && /^[0-9a-f]{64}$/.test(pass.seed) ? pass : null;
  } catch {
    return null;
  }
};

/* With a partner as the second issuer the pass is whole only with its signatures too. What it is asked travels as text,
   and so does what it answers (governance/ballots/passes/voucher.py): the device carries both. */
const ASKS = "RVASK1:", SIGNED = "RVSIGN1:";
export const isHalf = (draft) => Boolean(draft && draft.voucher && !draft.grants);
export const askText = (draft) => {
  const blinded = { drop: draft.blinded.drop[1], ballot: draft.blinded.ballot[1] };
  return ASKS + C.base64(C.utf8(C.canonical({ v: 1, voucher: draft.voucher, blinded })));
};
export const join = async (draft, keys, typed) => {
  const text = typed.replace(/\s+/g, "");
  if (!isHalf(draft) || !text.startsWith(SIGNED)) throw new Error("nothing to join");
  const answer = JSON.parse(C.text(C.fromBase64(text.slice(SIGNED.length))));
  if (answer.v !== 1 || answer.election !== draft.election) throw new Error("of another vote");
  const both = (purpose) => [draft.own[purpose], answer[purpose]];
  return complete(draft, keys, { drop: both("drop"), ballot: both("ballot") });
};

export const fromPass = (pass) => ({
  election: pass.election, drop: C.fromHex(pass.drop), seed: C.fromHex(pass.seed),
  dropGrants: pass.grants.drop, ballotGrants: pass.grants.ballot,
});

/* A ranking, of which a count shows only what it looked at (governance/ballots/papers/ranking.py): a link for each rank
   and one for the end, [option, salt]; the head of the chain stands for the whole of it. */
const rankLinks = (marked) => {
  const places = Object.keys(marked).sort((a, b) => a.slice(1) - b.slice(1));
  return [...places.map((place) => marked[place]), ""].map((option) => [option, C.hex(C.random(16))]);
};
export const rankHead = async (chain) => {
  let after = new Uint8Array(32);
  for (const [option, salt] of [...chain].reverse()) {
    after = await C.sha256(C.utf8("real-voice rank\0"), C.fromHex(salt), C.utf8(option), Uint8Array.of(0), after);
  }
  return C.hex(after);
};

/* The ballot, signed by its key and filled up with spaces, so that a long one and a short one look alike.
   Of a ranking ("p1", "p2" …) its head is signed, and the chain lies beside it.
   Its number is 0 each time: it is published with the ballot, and would tell how often its voter changed it. */
export const signed = async (credential, marked, plain) => {
  const ranks = "p1" in marked ? rankLinks(marked) : null;
  const choice = ranks ? { ranks: await rankHead(ranks) } : marked;
  const ballot = {
    v: 1, election: credential.election, key: C.hex(await C.ed25519Public(credential.seed, plain)),
    grants: credential.ballotGrants, seq: 0, choice, nonce: C.hex(C.random(16)),
  };
  ballot.signature = C.base64(await C.sign(credential.seed, C.utf8(C.canonical(ballot)), plain));
  const written = C.utf8(C.canonical(ranks ? { ...ballot, ranks } : ballot));
  if (written.length > BALLOT_BYTES) throw new Error("too long a ballot");
  return C.joined(written, new Uint8Array(BALLOT_BYTES - written.length).fill(32));
};

/* Which seal a vote takes stands in its manifest: 1 is plain, of a vote called by an older version; 2 is signed. */
const sealed = (seal, token, key, words, info, plain) =>
  seal === 1 ? C.seal(key, words, info, plain) : sealSigned(key, words, info, token, plain);

/* What is posted, and the tracker to show: the drop token and its grants in the open, the ballot sealed. */
export const cast = async (credential, choice, countingKey, info, seal, plain) => ({
  fields: {
    drop_token: C.hex(credential.drop),
    drop_grants: C.canonical(credential.dropGrants),
    sealed: C.base64(await sealed(
      seal, credential.drop, countingKey, await signed(credential, choice, plain), info, plain)),
  },
  tracker: await trackerOf(await C.ed25519Public(credential.seed, plain)),
});

/* What this browser keeps: one thing for each election, a draft while the answer is awaited, then the pass. */
const place = (election) => `real-voice pass ${election}`;
export const keep = (thing) => localStorage.setItem(place(thing.election), C.canonical(thing));
export const kept = (election) => {
  try {
    return JSON.parse(localStorage.getItem(place(election)));
  } catch {
    return null;
  }
};
export const forget = (election) => localStorage.removeItem(place(election));
