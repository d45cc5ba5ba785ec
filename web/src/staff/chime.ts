// The sound of a new order: two short tones, made by the browser.

const TONES = [880, 1174.7] as const;
const SECONDS = 0.22;

let context: AudioContext | undefined;

/** Allow sound: browsers want a press of a key or a finger before the first one. */
export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

export function chime(): void {
  if (context?.state !== "running") return;
  const start = context.currentTime;
  for (const [at, frequency] of TONES.entries()) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start + at * SECONDS);
    volume.gain.exponentialRampToValueAtTime(0.3, start + at * SECONDS + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + (at + 1) * SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(start + at * SECONDS);
    tone.stop(start + (at + 1) * SECONDS);
  }
}
