/* The service worker of a tablet that may be without a network (governance/feedback/views/outbox.py). It keeps nothing
   by itself: the script of the start page fills what it has (online.js), with one page for each language and what
   these need. A page that the network does not bring gives way to that page. What is sent is passed on, not kept. */
const PATIENCE = 10000; // Milliseconds for a page. What is sent may take as long as it takes: it goes out once.
const CLEARING = ["/kiosk", "/kiosk/cleared", "/leave"];
const KEPT = /^\/(static|kiosk\/sounds)\//;
const HERE = "Outbox-Here"; // As governance/feedback/views/leaving.py knows it.
const OURS = "Cross-Origin-Embedder-Policy"; // As governance/frame/headers.py sets it.
const FIRST = "/first-without-a-network"; // What is kept under this name says which page comes first (outbox.js).

const withoutNetwork = async (sent) => {
  const first = await caches.match(FIRST);
  const page = first && await caches.match(await first.text(), { ignoreVary: true });
  if (!page) return Response.error();
  const html = await page.text();
  const marked = sent ? html.replace("data-not-sent", 'data-not-sent="lost"') : html;
  return new Response(marked, { headers: page.headers });
};

/* These pages are told that an outbox lies here, by a header: else, where the cookie is gone, they would clear it away
   with all else. */
const told = (request) => {
  const path = request.url.replace(self.registration.scope, "/").replace(/[?#].*/, "");
  if (request.method !== "GET" || !CLEARING.includes(path)) return request;
  return new Request(request.url, { headers: { [HERE]: "1" }, credentials: "same-origin", redirect: "manual" });
};

/* Each answer of the program has this header, its errors too; a server in front of it, with nothing behind, has not. */
const answered = async (request) => {
  const answer = await fetch(told(request));
  if (answer.status >= 500 && !answer.headers.has(OURS)) throw new Error("nothing behind a server in front");
  return answer;
};

const navigated = async (request) => {
  const sent = request.method !== "GET";
  const answers = [answered(request)];
  if (!sent) answers.push(new Promise((done, refuse) => { setTimeout(refuse, PATIENCE); }));
  return Promise.race(answers).catch(() => withoutNetwork(sent));
};

/* What plays a sound asks for a part of it, and some play nothing where they are given all. */
const partOf = async (request, whole) => {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") || "") || [];
  if (!from) return whole;
  const sound = await whole.blob();
  const part = sound.slice(Number(from), to ? Number(to) + 1 : sound.size, sound.type);
  const at = `bytes ${from}-${Number(from) + part.size - 1}/${sound.size}`;
  return new Response(part, { status: 206, headers: { "Content-Range": at, "Content-Type": sound.type } });
};

const file = async (request) => {
  const found = await caches.match(request.url, { ignoreVary: true });
  return found ? partOf(request, found) : fetch(request);
};

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const path = request.url.replace(self.registration.scope, "/");
  if (request.mode === "navigate") event.respondWith(navigated(request));
  else if (request.method === "GET" && KEPT.test(path)) event.respondWith(file(request));
});
