// API Gateway events like those of loadtests/bench/events.py, and the SDL that all servers share.
import { readFileSync } from "node:fs";

export const sdl = readFileSync(process.env.BENCH_SDL, "utf8");
export const document = readFileSync(process.env.BENCH_OPERATION, "utf8");
const template = readFileSync(process.env.BENCH_EVENT, "utf8");

const literals = readFileSync(process.env.BENCH_EVENT_LITERALS, "utf8");
const written = process.env.BENCH_STORE;

// The event of a scenario for a store: the id is in the document, or in the variables.
// A fresh copy for each call: adapters may keep or change what they are given.
export function eventOf(scenario, storeId) {
  const isLiteral = scenario === "literals";
  const event = JSON.parse(isLiteral ? literals : template);
  const body = JSON.parse(event.body);
  if (isLiteral) body.query = body.query.replace(written, storeId);
  else body.variables.storeId = storeId;
  event.body = JSON.stringify(body);
  return event;
}

export function answerOf(returned) {
  return { status: returned.statusCode, body: returned.body };
}
