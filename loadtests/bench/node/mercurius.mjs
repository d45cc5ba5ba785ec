// Mercurius with jit from the first request, on Fastify behind its Lambda adapter.
import awsLambdaFastify from "@fastify/aws-lambda";
import Fastify from "fastify";
import mercurius from "mercurius";
import { menuOf } from "./menus.mjs";
import { answerOf, eventOf, sdl } from "./requests.mjs";

export const openSubject = () => serve(menuOf);

export async function serve(resolve) {
  const app = Fastify();
  app.register(mercurius, {
    schema: sdl,
    resolvers: { Query: { menu: (_, { storeId, at, locale }) => resolve(storeId, at, locale) } },
    jit: 1,
  });
  const handler = awsLambdaFastify(app);
  await app.ready();
  return {
    handler,
    answer: answerOf,
    calls: (scenario, stores) =>
      stores.map((store) => eventOf(scenario, store)).map((event) => () => handler(event, {})),
  };
}
