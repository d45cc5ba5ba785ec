// Reads of a GraphQL document what a client needs: its operations, and the input objects they take.
// The same rules as `clients/documents.py`; needs no GraphQL library.

export interface OperationDefinition {
  kind: "query" | "mutation" | "subscription";
  /** Empty where it has none. */
  name: string;
  /** The names of its variables whose type is one input object, without the `$`. */
  inputs: string[];
}

/** A block string, a string, a comment, a word, a mark. */
const TOKEN = /"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|\$?\w+|[^\s,]/g;
const WORD = /^[A-Za-z_]\w*$/;
const OPENS = "{([";
const CLOSES = "})]";

/**
 * Return the operations of a document, or the one of a name; fragments are left out.
 *
 * A document that is not GraphQL has the operations that it seems to have; regions refuse it.
 */
export function operationsOf(document: string, operationName?: string): OperationDefinition[] {
  const found: OperationDefinition[] = [];
  let current: OperationDefinition | undefined;
  let depth = 0;
  /** Whether the tokens are those between a definition's kind and its `{`. */
  let heads = false;
  let before: [string, string] = ["", ""];
  for (const [token] of document.matchAll(TOKEN)) {
    if (token.startsWith('"') || token.startsWith("#")) continue;
    if (depth === 0 && !heads) {
      current = undefined;
      if (token === "query" || token === "mutation" || token === "subscription") {
        current = { kind: token, name: "", inputs: [] };
        found.push(current);
      } else if (token === "{") {
        found.push({ kind: "query", name: "", inputs: [] });
      }
      heads = WORD.test(token);
    } else if (heads && current) {
      if (depth === 0 && before[1] === current.kind && WORD.test(token)) current.name = token;
      if (before[1] === ":" && before[0].startsWith("$") && token.endsWith("Input")) {
        current.inputs.push(before[0].slice(1));
      }
    }
    if (OPENS.includes(token)) depth += 1;
    else if (CLOSES.includes(token)) depth -= 1;
    if (token === "{" && depth === 1) heads = false;
    before = [before[1], token];
  }
  return operationName ? found.filter(({ name }) => name === operationName) : found;
}

/** Whether what is to run of a document is, or may be, a mutation. */
export const hasMutation = (document: string, operationName?: string): boolean =>
  operationsOf(document, operationName).some(({ kind }) => kind === "mutation");
