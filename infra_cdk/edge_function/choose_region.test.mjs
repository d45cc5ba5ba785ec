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
const FOUR = [...REGIONS, ['sa-east-1', -23.6, -46.6]];
const PLACES = {
  boston: ['42.36', '-71.06'],
  paris: ['48.86', '2.35'],
  tokyo: ['35.68', '139.69'],
  nadi: ['-17.77', '177.97'],
};
const MENU = '/graphql/persisted/3f2a';
const WRITE = { method: 'POST', uri: '/graphql' };

async function ask({
  place,
  flags,
  method = 'GET',
  uri = MENU,
  accept,
  socket,
  regions = REGIONS,
}) {
  const { handler, chosen, logged } = load('choose_region.js', { regions, flags });
  const headers = {};
  if (place) {
    headers['cloudfront-viewer-latitude'] = { value: place[0] };
    headers['cloudfront-viewer-longitude'] = { value: place[1] };
  }
  if (accept) headers.accept = { value: accept };
  if (socket) headers['sec-websocket-key'] = { value: socket };
  const request = await handler({ request: { method, uri, headers, querystring: {} } });
  assert.equal(logged.length, 0, logged[0]);
  return { chosen, request };
}

async function choice(wish) {
  return (await ask(wish)).chosen;
}

for (const [place, at] of Object.entries(PLACES)) {
  test(`with nothing drained a reader in ${place} goes where Route 53 sends, which knows who is ill`, async () => {
    assert.deepEqual(await choice({ place: at }), []);
    assert.deepEqual(await choice({ place: at, flags: '' }), []);
  });
}

test('with nothing drained a mutation follows the latency record', async () => {
  assert.deepEqual(await choice({ place: PLACES.paris, ...WRITE }), []);
});

// Whoever is near to it: the name without it still answers with the nearest healthy region.
test('a drained region gets nothing from anywhere, and the others are chosen by their health', async () => {
  assert.deepEqual(await choice({ place: PLACES.paris, flags: 'eu-west-1' }), [
    ['without-eu-west-1', 'api-ap-southeast-1'],
  ]);
  assert.deepEqual(await choice({ place: PLACES.boston, flags: 'eu-west-1' }), [
    ['without-eu-west-1', 'api-ap-southeast-1'],
  ]);
  assert.deepEqual(await choice({ place: PLACES.tokyo, flags: 'eu-west-1' }), [
    ['without-eu-west-1', 'api-us-east-1'],
  ]);
});

test('a mutation goes past a drained region, and waits as long as ever', async () => {
  for (const place of [...Object.values(PLACES), undefined]) {
    assert.deepEqual(await choice({ place, flags: 'eu-west-1', ...WRITE }), [
      ['without-eu-west-1.api.example.com'],
    ]);
  }
});

for (const [uri, attempt] of [
  ['/graphql', '1'],
  ['/graphql/next', '2'],
  ['/graphql/third', '3'],
]) {
  test(`${uri} is attempt ${attempt}: the regions get one path, and the number of the attempt in a header`, async () => {
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      const { chosen, request } = await ask({ method, uri });
      assert.deepEqual(chosen, []);
      assert.equal(request.uri, '/graphql');
      assert.equal(request.headers['x-carte-attempt'].value, attempt);
    }
  });
}

test('whoever names an attempt is not believed', async () => {
  const { handler } = load('choose_region.js', { regions: REGIONS });
  const headers = { 'x-carte-attempt': { value: '9' } };
  const request = await handler({ request: { ...WRITE, headers, querystring: {} } });
  assert.equal(request.headers['x-carte-attempt'].value, '1');
});

test('another path below /graphql stays what it is', async () => {
  for (const uri of ['/graphql/nextt', '/graphql/next/', '/graphql/']) {
    const { request } = await ask({ method: 'POST', uri });
    assert.equal(request.uri, uri);
    assert.equal(request.headers['x-carte-attempt'], undefined);
  }
});

async function hosts(wish) {
  const found = [];
  for (const uri of ['/graphql', '/graphql/next', '/graphql/third']) {
    const [[host]] = await choice({ ...wish, method: 'POST', uri });
    found.push(host.replace('.api.example.com', ''));
  }
  return found;
}

test('while a region is drained, three attempts are three regions and it is the last', async () => {
  assert.deepEqual(await hosts({ flags: 'eu-west-1' }), [
    'without-eu-west-1',
    'second-without-eu-west-1',
    'eu-west-1',
  ]);
  assert.deepEqual(await hosts({ flags: 'eu-west-1,us-east-1' }), [
    'ap-southeast-1',
    'us-east-1',
    'eu-west-1',
  ]);
  assert.deepEqual(await hosts({ flags: 'us-east-1', regions: REGIONS.slice(0, 2) }), [
    'without-us-east-1',
    'us-east-1',
    'without-us-east-1',
  ]);
});

test('with four regions of which one is drained, no attempt of three goes to it', async () => {
  assert.deepEqual(await hosts({ place: PLACES.paris, flags: 'us-east-1', regions: FOUR }), [
    'without-us-east-1',
    'second-without-us-east-1',
    'ap-southeast-1',
  ]);
});

test('a plain GET goes the way of a mutation', async () => {
  assert.deepEqual(await choice({ place: PLACES.paris, flags: 'eu-west-1', uri: '/graphql' }), [
    ['without-eu-west-1.api.example.com'],
  ]);
});

test('with two of three drained a read goes to the third, and only then to a drained one', async () => {
  const flags = 'eu-west-1, ap-southeast-1';
  assert.deepEqual(await choice({ place: PLACES.paris, flags }), [
    ['api-us-east-1', 'api-eu-west-1'],
  ]);
  assert.deepEqual(await choice({ place: PLACES.tokyo, flags }), [
    ['api-us-east-1', 'api-ap-southeast-1'],
  ]);
  assert.deepEqual(await choice({ place: PLACES.paris, flags, ...WRITE }), [
    ['us-east-1.api.example.com'],
  ]);
});

test('with two of four drained the map decides between the others', async () => {
  const wish = { flags: 'us-east-1,eu-west-1', regions: FOUR };
  assert.deepEqual(await choice({ ...wish, place: PLACES.paris }), [
    ['api-sa-east-1', 'api-ap-southeast-1'],
  ]);
  assert.deepEqual(await choice({ ...wish, place: PLACES.tokyo }), [
    ['api-ap-southeast-1', 'api-sa-east-1'],
  ]);
  // Beyond the date line: the shorter way round the globe counts.
  const flags = 'ap-southeast-1,sa-east-1';
  assert.deepEqual(await choice({ ...wish, flags, place: PLACES.nadi }), [
    ['api-us-east-1', 'api-eu-west-1'],
  ]);
});

test('of two regions the drained one is the second try', async () => {
  const regions = REGIONS.slice(0, 2);
  assert.deepEqual(await choice({ place: PLACES.boston, flags: 'us-east-1', regions }), [
    ['without-us-east-1', 'api-us-east-1'],
  ]);
});

test('all drained is as none drained', async () => {
  const flags = 'us-east-1,eu-west-1,ap-southeast-1';
  assert.deepEqual(await choice({ place: PLACES.paris, flags }), []);
  assert.deepEqual(await choice({ place: PLACES.paris, flags, ...WRITE }), []);
  const alone = { regions: REGIONS.slice(0, 1), flags: 'us-east-1' };
  assert.deepEqual(await choice({ place: PLACES.paris, ...alone }), []);
});

test('a region that is not deployed may be drained without harm', async () => {
  assert.deepEqual(await choice({ place: PLACES.paris, flags: 'mars-1' }), []);
});

for (const place of [undefined, ['', ''], ['north', 'west'], ['NaN', '2']]) {
  test(`an unknown place (${place}) has the deployment's order`, async () => {
    assert.deepEqual(await choice({ place, flags: 'us-east-1,sa-east-1', regions: FOUR }), [
      ['api-eu-west-1', 'api-ap-southeast-1'],
    ]);
  });
}

test('a region of which nobody knows where it is comes last', async () => {
  const regions = [['xx-new-1', null, null], ...FOUR];
  const flags = 'us-east-1,sa-east-1';
  assert.deepEqual(await choice({ place: PLACES.paris, regions, flags }), [
    ['api-eu-west-1', 'api-ap-southeast-1'],
  ]);
});

test('a KeyValueStore that fails drains nothing', async () => {
  const flags = new Error('KVS unavailable');
  assert.deepEqual(await choice({ place: PLACES.paris, flags }), []);
});

for (const [accept, forwarded] of [
  [undefined, '*/*'],
  ['*/*', '*/*'],
  ['APPLICATION/JSON;Q=1', 'application/json'],
  ['application/graphql-response+json;q=0, application/json', 'application/json'],
  ['application/graphql-response+json;q=0.1, application/json;q=0.9', 'application/json'],
  ['application/json;q=0, */*', 'application/graphql-response+json'],
  ['application/json;q=0', 'application/json;q=0'],
  ['application/*;q=0, */*', 'application/*;q=0, */*'],
  ['application/json, text/plain', 'application/json'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
  ['text/html', 'text/html'],
]) {
  test(`Accept ${accept} goes to the region as ${forwarded}`, async () => {
    assert.equal((await ask({ place: PLACES.paris, accept })).request.headers.accept.value, forwarded);
  });
}

test('Accept of a mutation is its own', async () => {
  const { request } = await ask({ place: PLACES.paris, accept: '*/*', ...WRITE });
  assert.equal(request.headers.accept.value, '*/*');
});

const HANDSHAKE = { uri: '/graphql', socket: 'dGhlIHNhbXBsZSBub25jZQ==' };

test('a handshake goes to the live updates of the nearest healthy region, whoever is drained', async () => {
  for (const flags of [undefined, '', 'us-east-1,eu-west-1,ap-southeast-1', new Error('KVS')]) {
    assert.deepEqual(await choice({ place: PLACES.paris, flags, ...HANDSHAKE }), [
      ['live.example.com', 8],
    ]);
  }
  assert.deepEqual(await choice({ place: PLACES.paris, flags: 'eu-west-1', ...HANDSHAKE }), [
    ['without-eu-west-1.live.example.com', 8],
  ]);
  const flags = 'eu-west-1,us-east-1';
  assert.deepEqual(await choice({ place: PLACES.paris, flags, ...HANDSHAKE }), [
    ['ap-southeast-1.live.example.com', 8],
  ]);
});

test('a handshake is no attempt of a write', async () => {
  const { request } = await ask({ place: PLACES.paris, ...HANDSHAKE });
  assert.equal(request.headers['x-carte-attempt'], undefined);
});

test('who lost a connection comes by another path, and to another region', async () => {
  for (const uri of ['/graphql/next', '/graphql/third']) {
    const wish = { place: PLACES.paris, ...HANDSHAKE, uri };
    const { chosen, request } = await ask(wish);
    assert.deepEqual(chosen, [['next.live.example.com', 8]]);
    assert.equal(request.uri, '/graphql');
    assert.deepEqual(await choice({ ...wish, flags: 'eu-west-1' }), [
      ['ap-southeast-1.live.example.com', 8],
    ]);
    const flags = 'eu-west-1,us-east-1';
    assert.deepEqual(await choice({ ...wish, flags }), [['ap-southeast-1.live.example.com', 8]]);
    assert.deepEqual(await choice({ ...wish, regions: REGIONS.slice(0, 1) }), [
      ['live.example.com', 8],
    ]);
  }
});

test('only a GET of these paths opens a WebSocket', async () => {
  for (const wish of [{ method: 'POST' }, { uri: '/graphql/nextt' }, { uri: MENU }]) {
    assert.deepEqual(await choice({ place: PLACES.paris, ...HANDSHAKE, ...wish }), []);
  }
});

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
