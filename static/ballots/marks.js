/* The marks on a ballot that is not in the box yet: on one's own phone a reload does not lose them. They wait in this
   tab, sealed to the card or the pass, and no server is asked. Without the card they cannot be opened. A pass that lies
   on the phone itself opens them for whoever holds the phone. They are gone once the ballot is in the box, when
   somebody leaves, and with the first page long after the last touch (frame/leave.js). A shared screen keeps none. */
import { base64, fromBase64, hkdf, utf8 } from "../sealing/crypto.js";

const NAME = "marks of ", USE = "real-voice marks in the tab v1";
const BLOCK = 2048; // Bytes: how much is marked does not show in the tab.

/* A browser that keeps nothing for this site has no such place, and says so by an error. */
const inTab = (act) => {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
};

const keyOf = async ({ seed, election }) => crypto.subtle.importKey(
  "raw", await hkdf(seed, new Uint8Array(0), utf8(`${USE} ${election}`), 32), "AES-GCM", false, ["encrypt", "decrypt"]);

/* *election*: the vote that they are for: those of another one wait beside them. *lasts*: the milliseconds for which
   they can be brought back. */
export const marksInTab = (election, lasts) => {
  const name = NAME + election;
  let last = 0; // A seal that is done late does not take the place of a newer one.
  const drop = () => {
    last += 1;
    inTab((tab) => tab.removeItem(name));
  };
  const keep = async (credential, facts) => {
    const mine = last += 1;
    const iv = crypto.getRandomValues(new Uint8Array(12)), said = utf8(JSON.stringify(facts));
    const filled = new Uint8Array(BLOCK * Math.ceil(said.length / BLOCK)).fill(32);
    filled.set(said);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(credential), filled);
    const parts = [Date.now() + lasts, base64(iv), base64(new Uint8Array(sealed))];
    if (mine === last) inTab((tab) => tab.setItem(name, parts.join(" ")));
  };
  const waiting = () => {
    const [until, ...sealed] = (inTab((tab) => tab.getItem(name)) || "").split(" "), left = Number(until) - Date.now();
    if (until && left >= 0 && left <= lasts) return sealed.map(fromBase64);
    drop();
    return null;
  };
  /* What was kept for this card or pass, or null. Of another one it cannot be opened, and stays as it is. */
  const bring = async (credential) => {
    const [iv, sealed] = waiting() || [];
    if (!sealed) return null;
    const filled = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(credential), sealed);
    return JSON.parse(new TextDecoder().decode(filled));
  };
  return { keep, drop, bring, waits: () => Boolean(waiting()) };
};
