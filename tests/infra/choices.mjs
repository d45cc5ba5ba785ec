// What a function of the edge chooses: reads {code, runtime, requests: [{flags, method, uri, place}]}
// from standard input, writes a list of choices; null is the behavior's own origin.
import { readFileSync } from 'node:fs';

const { code, runtime, requests } = JSON.parse(readFileSync(0, 'utf8'));
const { run } = await import(runtime);
const choices = [];
for (const { flags, method, uri, place } of requests) {
  const { handler, chosen, logged } = run(code, flags);
  const headers = {};
  if (place) {
    headers['cloudfront-viewer-latitude'] = { value: String(place[0]) };
    headers['cloudfront-viewer-longitude'] = { value: String(place[1]) };
  }
  await handler({ request: { method, uri, headers, querystring: {} } });
  if (logged.length > 0) throw new Error(logged[0]);
  choices.push(chosen.length > 0 ? chosen[0] : null);
}
process.stdout.write(JSON.stringify(choices));
