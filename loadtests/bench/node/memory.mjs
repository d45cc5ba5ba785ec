// Resident memory in bytes: now, and the most it ever was.
import { readFileSync } from "node:fs";

export function memory() {
  const status = readFileSync("/proc/self/status", "ascii");
  const bytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) * 1024;
  return { rss: bytes("VmRSS"), max_rss: bytes("VmHWM") };
}
