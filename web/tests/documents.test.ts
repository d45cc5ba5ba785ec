// What the clients read of a document; `tests/unit/clients/test_documents.py` runs the same cases.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasMutation, operationsOf } from "../clients/documents.ts";

interface Case {
  document: string;
  operation_name?: string;
  operations: [string, string, string[]][];
}

const file = new URL("../../tests/support/operation_documents.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf-8")) as Case[];

describe("operations of a document", () => {
  it.each(cases)("$document", ({ document, operation_name, operations }) => {
    const found = operationsOf(document, operation_name);
    expect(found.map(({ kind, name, inputs }) => [kind, name, inputs])).toEqual(operations);
  });

  it("only the named one decides whether there is a mutation", () => {
    const document = "query Q { a } mutation M { b }";
    expect(hasMutation(document)).toBe(true);
    expect(hasMutation(document, "Q")).toBe(false);
  });
});
