// The choice of a region. Run: node --test infra_cdk/edge_function/
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './runtime.mjs';

const REGIONS = [
  ['us-east-1', 39.0, -77.5],
  ['eu-west-1', 53.4, -6.3],
  ['ap-southeast-1', 1.4, 103.8],
];
const PLACES = {
  boston: ['42.36', '-71.06'],
  paris: ['48.86', '2.35'],
  tokyo: ['35.68', '139.69'],
  auckland: ['-36.85', '174.76'],
  nadi: ['-17.77', '177.97'],
};
const MENU = '/graphql/persisted/3f2a';

async function ask({ place, flags, method = 'GET', uri = MENU, accept, regions = REGIONS }) {
  const { handler, chosen, logged } = load('choose_region.js', { regions, flags });
  const headers = {};
  if (place) {
    headers['cloudfront-viewer-latitude'] = { value: place[0] };
    headers['cloudfront-viewer-longitude'] = { value: place[1] };
  }
  if (accept) headers.accept = { value: accept };
  const request = await handler({ request: { method, uri, headers, querystring: {} } });
  assert.equal(logged.length, 0, logged[0]);
  return { chosen, request };
}

const nearest = {
  boston: ['api-us-east-1', 'api-eu-west-1'],
  paris: ['api-eu-west-1', 'api-us-east-1'],
  tokyo: ['api-ap-southeast-1', 'api-eu-west-1'],
  // Beyond the date line: the shorter way round the globe counts.
  nadi: ['api-ap-southeast-1', 'api-us-east-1'],
};
for (const [place, origins] of Object.entries(nearest)) {
  test(`a read from ${place} goes to the nearest region, then to the next`, async () => {
    assert.deepEqual((await ask({ place: PLACES[place] })).chosen, [origins]);
  });
}

test('a drained region gets nothing, and its clients go to the next two', async () => {
  const { chosen } = await ask({ place: PLACES.paris, flags: 'eu-west-1' });
  assert.deepEqual(chosen, [['api-us-east-1', 'api-ap-southeast-1']]);
});

test('with two of three drained a read goes to the third, and only then to a drained one', async () => {
  const { chosen } = await ask({ place: PLACES.paris, flags: 'eu-west-1, ap-southeast-1' });
  assert.deepEqual(chosen, [['api-us-east-1', 'api-eu-west-1']]);
});

test('a mutation near a drained region goes to the next one', async () => {
  const { chosen } = await ask({
    place: PLACES.paris, flags: 'eu-west-1', method: 'POST', uri: '/graphql',
  });
  assert.deepEqual(chosen, [['api-us-east-1']]);
});

test('with nothing drained a mutation follows the latency record', async () => {
  const { chosen } = await ask({ place: PLACES.paris, method: 'POST', uri: '/graphql' });
  assert.deepEqual(chosen, []);
});

test('all drained is as none drained', async () => {
  const flags = 'us-east-1,eu-west-1,ap-southeast-1';
  assert.deepEqual((await ask({ place: PLACES.paris, flags })).chosen, [nearest.paris]);
  const mutation = await ask({ place: PLACES.paris, flags, method: 'POST', uri: '/graphql' });
  assert.deepEqual(mutation.chosen, []);
});

test('a region that is not deployed may be drained without harm', async () => {
  assert.deepEqual(
    (await ask({ place: PLACES.paris, flags: 'mars-1' })).chosen, [nearest.paris],
  );
});

for (const place of [undefined, ['', ''], ['north', 'west'], ['NaN', '2']]) {
  test(`an unknown place (${place}) has the deployment's order`, async () => {
    assert.deepEqual((await ask({ place })).chosen, [['api-us-east-1', 'api-eu-west-1']]);
  });
}

test('a region of which nobody knows where it is comes last', async () => {
  const regions = [['xx-new-1', null, null], ...REGIONS];
  const { chosen } = await ask({ place: PLACES.paris, regions });
  assert.deepEqual(chosen, [nearest.paris]);
});

test('a KeyValueStore that fails drains nothing', async () => {
  const { chosen } = await ask({ place: PLACES.paris, flags: new Error('KVS unavailable') });
  assert.deepEqual(chosen, [nearest.paris]);
});

test('one region alone is chosen without a group', async () => {
  const { chosen } = await ask({ place: PLACES.paris, regions: REGIONS.slice(0, 1) });
  assert.deepEqual(chosen, [['api-us-east-1']]);
});

for (const [accept, asked] of [
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json, text/plain', 'application/json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['text/html', 'text/html'],
]) {
  test(`Accept ${accept} is asked for as ${asked}`, async () => {
    assert.equal((await ask({ place: PLACES.paris, accept })).request.headers.accept.value, asked);
  });
}

test('a request keeps its way when choosing fails', async () => {
  const { handler, chosen, logged } = load('choose_region.js', { regions: REGIONS });
  const request = await handler({ request: { method: 'GET', uri: MENU, headers: null } });
  assert.equal(request.uri, MENU);
  assert.deepEqual(chosen, []);
  assert.match(logged[0], /region not chosen/);
});

test('it fits with thirty regions: CloudFront takes 10 KB', () => {
  const thirty = JSON.stringify(Array(30).fill(['ap-southeast-1', -33.9, 151.2]));
  const size = readFileSync(new URL('choose_region.js', import.meta.url)).length + thirty.length;
  assert.ok(size < 10_000, `${size} bytes`);
});
