// Runs the GraphQL-over-HTTP audits of the graphql-http package against a server, prints JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , url, web] = process.argv;
const require = createRequire(pathToFileURL(`${web}/package.json`));
const { auditServer } = require("graphql-http");
const results = await auditServer({ url, fetchFn: fetch });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
