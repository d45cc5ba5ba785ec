// The sound of a new order: two short tones, made by the browser.
import { cell } from "../cell.ts";

const TONES = [880, 1174.7] as const;
const SECONDS = 0.22;

let context: AudioContext | undefined;

/** Whether the browser lets sound be heard now: not before a press, and not any more after a call or a locked screen. */
export const soundPlays = cell(false);

/** Start sound where it does not play; browsers permit that while a key or a finger is lifted or clicks. */
export function allowSound(): void {
  try {
    context ??= newContext();
    // Refused outside of a press, or as long as a call lasts: the next press asks again.
    if (context.state !== "running") context.resume().catch(() => undefined);
  } catch {
    // A browser without sound.
  }
}

function newContext(): AudioContext {
  const made = new AudioContext();
  const follow = () => soundPlays.set(made.state === "running");
  made.addEventListener("statechange", follow);
  follow();
  return made;
}

/**
 * What all browsers take for a press, which a finger's `pointerdown` is not; and the return to the page, after which
 * some permit sound again.
 */
const CHANCES = ["pointerup", "click", "keydown", "visibilitychange"] as const;

/** Have each press on the page start sound; returns how to stop that. */
export function allowSoundByPress(): () => void {
  for (const name of CHANCES) addEventListener(name, allowSound);
  return () => {
    for (const name of CHANCES) removeEventListener(name, allowSound);
  };
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
