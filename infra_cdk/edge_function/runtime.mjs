// Loads an edge function for tests: only what its runtime has, with the module `cloudfront` replaced.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

export function load(name, { regions, flags } = {}) {
  const chosen = [];
  const cf = {
    kvs: () => ({
      get: async (key) => {
        if (flags instanceof Error) throw flags;
        if (key !== 'drained' || flags === undefined) throw new Error('KeyNotFound');
        return flags;
      },
    }),
    selectRequestOriginById: (id) => chosen.push([id]),
    createRequestOriginGroup: (group) => {
      // What CloudFront takes: two origins, status codes of its list.
      const ids = Array.from(group.originIds, (one) => one.originId); // of this realm
      if (ids.length !== 2 || ids[0] === ids[1]) throw new Error(`no group: ${ids}`);
      chosen.push(ids);
    },
  };
  const source = readFileSync(new URL(name, import.meta.url), 'utf8')
    .replace(/^import cf from 'cloudfront';$/m, '')
    .replace('/* REGIONS */ []', JSON.stringify(regions ?? []));
  const logged = [];
  const context = { cf, console: { log: (line) => logged.push(line) } };
  vm.runInNewContext(`${source}\nglobalThis.handler = handler;`, context);
  return { handler: context.handler, chosen, logged };
}
