// The paths of the site. Run: node --test infra_cdk/edge_function/
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './runtime.mjs';

for (const [asked, got] of [
  ['/', '/index.html'],
  ['/stores/us-0001', '/index.html'],
  ['/v1.2/stores', '/index.html'],
  ['/graphiql', '/graphiql.html'],
  ['/graphiql/', '/graphiql.html'],
  ['/assets/main-3f2a.js', '/assets/main-3f2a.js'],
  ['/pictures/glazed-ring.svg', '/pictures/glazed-ring.svg'],
]) {
  test(`${asked} is the file ${got}`, () => {
    const { handler } = load('site_path.js');
    assert.equal(handler({ request: { uri: asked } }).uri, got);
  });
}
