// Loaded into the CDK's command line before a deployment to an emulator. It waits two or five seconds
// before it looks at a stack again, because AWS works for minutes; the emulator is done in less.
const { promisify } = require("node:util");

const LOOKS_MS = new Set([2_000, 5_000]);
const BETWEEN_MS = 100;
const given = globalThis.setTimeout;

// A wait is a promise that is resolved by the timer itself; limits of connections are functions.
const isWait = (act, ms) => LOOKS_MS.has(ms) && String(act).includes("[native code]");

globalThis.setTimeout = Object.assign(
  (act, ms, ...rest) => given(act, isWait(act, ms) ? BETWEEN_MS : ms, ...rest),
  { [promisify.custom]: given[promisify.custom] },
);
