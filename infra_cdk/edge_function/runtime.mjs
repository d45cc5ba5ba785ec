// Loads an edge function for tests: only what its runtime has, with the module `cloudfront` replaced.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

// CloudFront developer guide, "Create an origin group".
const MAY_FAIL_OVER = [400, 403, 404, 416, 429, 500, 502, 503, 504];

const WRITE_PATHS = ['/graphql', '/graphql/next', '/graphql/third'];

export function load(
  name,
  { regions, flags, keys, api = 'api.example.com', live = 'live.example.com', failOver = [503] } = {},
) {
  const count = (regions ?? []).length;
  const source = readFileSync(new URL(name, import.meta.url), 'utf8')
    .replace('/* REGIONS */ []', JSON.stringify(regions ?? []))
    .replace("/* API */ ''", JSON.stringify(api))
    .replace("/* LIVE */ ''", JSON.stringify(live))
    .replace('/* HANDSHAKE_S */ 0', '8')
    .replace('/* FAIL_OVER */ []', JSON.stringify(failOver))
    .replace('/* WRITE_PATHS */ []', JSON.stringify(WRITE_PATHS))
    .replace('/* HAS_THIRD */ false', JSON.stringify(count > 2 && count < 9));
  return run(source, flags, keys);
}

// The same for a function's whole code, as a template has it.
export function run(source, flags, keys = flags === undefined ? {} : { drained: flags }) {
  const chosen = [];
  const has = (key) => {
    for (const failing of [flags, keys]) if (failing instanceof Error) throw failing;
    return Object.hasOwn(keys, key);
  };
  const cf = {
    kvs: () => ({
      get: async (key) => {
        if (!has(key)) throw new Error('KeyNotFound');
        return keys[key];
      },
      exists: async (key) => has(key),
    }),
    updateRequestOrigin: ({ domainName, timeouts }) =>
      chosen.push(timeouts ? [domainName, timeouts.readTimeout] : [domainName]),
    createRequestOriginGroup: (group) => {
      // What CloudFront takes: two origins, status codes of its list.
      const ids = Array.from(group.originIds, (one) => one.originId); // of this realm
      if (ids.length !== 2 || ids[0] === ids[1]) throw new Error(`no group: ${ids}`);
      const codes = Array.from(group.failoverCriteria.statusCodes);
      if (codes.length === 0 || codes.some((code) => !MAY_FAIL_OVER.includes(code))) {
        throw new Error(`no failover at ${codes}`);
      }
      chosen.push(ids);
    },
  };
  const logged = [];
  const context = { cf, console: { log: (line) => logged.push(line) } };
  const code = source.replace(/^import cf from 'cloudfront';$/m, '');
  vm.runInNewContext(`${code}\nglobalThis.handler = handler;`, context);
  return { handler: context.handler, chosen, logged };
}
