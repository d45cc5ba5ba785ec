// The paths of the site and their statuses. Run: node --test infra_cdk/edge_function/
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './runtime.mjs';

const paths = JSON.parse(
  readFileSync(new URL('../../tests/support/site_paths.json', import.meta.url), 'utf8'),
);
const STORES = { ...paths.stores, '*': '1' };

async function answerTo(uri, { stores = STORES, querystring = {}, headers = {} } = {}) {
  const { handler } = load('site_path.js', { keys: stores });
  return handler({ request: { uri, querystring, headers } });
}
const fileOf = async (uri, options) => (await answerTo(uri, options)).uri;

for (const path of ['/graphiql', '/graphiql/']) {
  test(`${path} is GraphiQL`, async () => assert.equal(await fileOf(path), '/graphiql.html'));
}
for (const path of paths.files) {
  test(`${path} is a file`, async () => assert.equal(await fileOf(path), path));
}
for (const path of paths.pages) {
  test(`${path} is a page`, async () => assert.equal(await fileOf(path), '/index.html'));
}
for (const path of [...paths.unknown, '/store/%E0%A4%A', '/store/a%2Fb']) {
  test(`${path} is no page`, async () => assert.equal(await fileOf(path), '/not-found.html'));
}
for (const [path, location] of Object.entries(paths.moved)) {
  test(`${path} leads to ${location}`, async () => {
    const { statusCode, headers } = await answerTo(path);
    assert.deepEqual([statusCode, headers.location.value], [301, location]);
  });
}

test('a redirection keeps the query', async () => {
  const querystring = {
    lang: { value: 'de' },
    q: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b' }] },
    x: { value: '' },
  };
  const { headers } = await answerTo('/store/US-00001', { querystring });
  assert.equal(headers.location.value, '/store/us-00001?lang=de&q=a&q=b&x');
});

test('every store is known while the KeyValueStore is empty or does not answer', async () => {
  assert.equal(await fileOf('/store/us-99999', { stores: {} }), '/index.html');
  assert.equal(await fileOf('/store/us-99999', { stores: new Error('down') }), '/index.html');
});

test('what is no page is never "not modified"', async () => {
  const conditions = { 'if-none-match': { value: '"a"' }, 'if-modified-since': { value: 'now' } };
  const missing = await answerTo('/elsewhere', { headers: { ...conditions } });
  assert.deepEqual(Object.keys(missing.headers), []);
  const page = await answerTo('/', { headers: { ...conditions } });
  assert.equal(Object.keys(page.headers).length, 2);
});

test('only what is no page has the status 404', () => {
  const { handler } = load('site_status.js');
  const statusOf = (uri) => handler({ request: { uri }, response: { statusCode: 200 } }).statusCode;
  assert.equal(statusOf('/not-found.html'), 404);
  assert.equal(statusOf('/index.html'), 200);
});
