// API Gateway events like those of loadtests/bench/events.py, and the SDL that all servers share.
import { readFileSync } from "node:fs";

export const sdl = readFileSync(process.env.BENCH_SDL, "utf8");
export const document = readFileSync(process.env.BENCH_OPERATION, "utf8");
const template = readFileSync(process.env.BENCH_EVENT, "utf8");

// A fresh copy for each call: adapters may keep or change what they are given.
export function posted(storeId) {
  const event = JSON.parse(template);
  const body = JSON.parse(event.body);
  body.variables.storeId = storeId;
  event.body = JSON.stringify(body);
  return event;
}

export function answerOf(returned) {
  return { status: returned.statusCode, body: returned.body };
}
