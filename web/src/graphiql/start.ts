// Starts GraphiQL against the same /graphql as the site, from the same pretended place.
import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./page.css";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { PLACES, placeHeader } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { tabs } from "./tabs.ts";

const root = document.getElementById("graphiql");
if (!root) throw new Error("graphiql.html has no #graphiql");

const { latitude, longitude } = PLACES.dublin;
const place = placeHeader(chosenPlace.get()) ?? `${latitude},${longitude}`;
const headers = JSON.stringify({ "x-carte-place": place }, null, 2);

createRoot(root).render(
  createElement(GraphiQL, {
    defaultTabs: tabs(headers),
    defaultHeaders: headers,
    isHeadersEditorEnabled: true,
    fetcher: async (params, options) => {
      const response = await fetch("/graphql", {
        method: "POST",
        headers: {
          accept: "application/graphql-response+json, application/json;q=0.9",
          "content-type": "application/json",
          ...options?.headers,
        },
        body: JSON.stringify(params),
      });
      return response.json();
    },
  }),
);
