// Apollo Server behind its own Lambda integration.
import { ApolloServer } from "@apollo/server";
import { handlers, startServerAndCreateLambdaHandler } from "@as-integrations/aws-lambda";
import { menuOf } from "./menus.mjs";
import { answerOf, eventOf, sdl } from "./requests.mjs";

export async function openSubject() {
  const server = new ApolloServer({
    typeDefs: sdl,
    resolvers: { Query: { menu: (_, { storeId, at, locale }) => menuOf(storeId, at, locale) } },
  });
  const handler = startServerAndCreateLambdaHandler(
    server,
    handlers.createAPIGatewayProxyEventRequestHandler(),
  );
  return {
    handler,
    answer: answerOf,
    calls: (scenario, stores) =>
      stores.map((store) => eventOf(scenario, store)).map((event) => () => handler(event, {})),
  };
}
