/* Recording a line: with the microphone, or out of any sound file that this browser can read. Either way the samples
   alone go into a new file, of one voice at 16,000 a second, before anything is sent. Without this script a WAV file
   can be sent as it is. */
const form = document.querySelector("[data-record]");
const part = (name) => form.querySelector(`[data-${name}]`);
const file = form.querySelector("input[type=file]");
const RATE = 16000;
let heard = null;
let recorder = null;

/* The bytes of a WAV file: its head of 44 bytes, then the samples. */
const wavOf = (samples) => {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at, letters) => [...letters].forEach((letter, n) => bytes.setUint8(at + n, letter.charCodeAt(0)));
  word(0, "RIFF");
  bytes.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, RATE, true);
  bytes.setUint32(28, RATE * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  word(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, n) => bytes.setInt16(44 + n * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return bytes.buffer;
};

const take = async (sound) => {
  part("no-sound").hidden = true;
  const read = new OfflineAudioContext(1, 1, RATE); // It reads a sound at its own rate.
  heard = await read.decodeAudioData(await sound.arrayBuffer());
  const plain = new OfflineAudioContext(1, Math.ceil(heard.duration * RATE), RATE);
  const source = new AudioBufferSourceNode(plain, { buffer: heard });
  source.connect(plain.destination);
  source.start();
  heard = await plain.startRendering();
  const chosen = new DataTransfer();
  chosen.items.add(new File([wavOf(heard.getChannelData(0))], "line.wav", { type: "audio/wav" }));
  file.files = chosen.files;
  part("hear").hidden = false;
};
const refuse = () => {
  part("no-sound").hidden = false;
  file.value = "";
};

const record = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    for (const track of stream.getTracks()) track.stop();
    [part("start").hidden, part("end").hidden] = [false, true];
    take(new Blob(parts)).catch(refuse);
  });
  recorder.start();
  [part("start").hidden, part("end").hidden] = [true, false];
  part("end").focus();
};

if (globalThis.OfflineAudioContext && globalThis.DataTransfer) {
  file.addEventListener("change", () => file.files[0] && take(file.files[0]).catch(refuse));
  part("hear").addEventListener("click", () => {
    const out = new AudioContext();
    const source = new AudioBufferSourceNode(out, { buffer: heard });
    source.connect(out.destination);
    source.start();
  });
  part("with-microphone").hidden = false;
  part("start").hidden = !(navigator.mediaDevices && globalThis.MediaRecorder);
  part("start").addEventListener("click", () => record().catch(refuse));
  part("end").addEventListener("click", () => recorder.stop());
}
