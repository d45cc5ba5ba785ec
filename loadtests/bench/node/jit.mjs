// graphql-jit alone: a compiled operation over menus in memory, and JSON.stringify.
import { buildSchema, parse } from "graphql";
import { compileQuery } from "graphql-jit";
import { menuFrom, rowsOf } from "./menus.mjs";
import { document, sdl } from "./requests.mjs";

export async function openSubject() {
  const schema = buildSchema(sdl);
  const menus = new Map();
  schema.getQueryType().getFields().menu.resolve = (_, { storeId }) => menus.get(storeId);
  const compiled = compileQuery(schema, parse(document), "Menu");
  return {
    answer: (body) => ({ status: 200, body }),
    async calls(_, stores) {
      for (const store of stores) {
        if (!menus.has(store)) menus.set(store, menuFrom(await rowsOf(store), Date.now(), null));
      }
      return stores.map((storeId) => () => JSON.stringify(compiled.query({}, {}, { storeId })));
    },
  };
}
