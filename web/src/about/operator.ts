// Who operates the site: `/operator.json`, which a deployment makes of the table [operator] of its file.

/** What is stated, by the name of the setting; what is not stated is missing. */
export type Operator = Readonly<Partial<Record<Fact, string>>>;
export const FACTS = [
  "name",
  "address",
  "represented_by",
  "mail",
  "phone",
  "register",
  "vat_id",
] as const;
export type Fact = (typeof FACTS)[number];

const ADDRESS = "/operator.json";
const TIMEOUT_MS = 8000;

/**
 * Load what is stated about the operator.
 *
 * @throws TypeError, DOMException or Error where the site cannot be reached or answers with a fault.
 */
export async function loadOperator(): Promise<Operator> {
  const answer = await fetch(ADDRESS, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  // A site of an older deployment has no such file; anything else is a fault, or comes from something in front of it.
  if (!answer.ok && answer.status !== 404) {
    throw new Error(`${ADDRESS} is answered with ${answer.status}`);
  }
  return operatorOf(answer.ok ? await answer.json().catch(() => ({})) : {});
}

/** Read the content of the file; whatever is empty, unknown or of another type is left out. */
export function operatorOf(content: unknown): Operator {
  const given = (typeof content === "object" && content !== null ? content : {}) as Record<
    string,
    unknown
  >;
  const stated = FACTS.flatMap((name) => {
    const text = given[name];
    return typeof text === "string" && text.trim() ? [[name, text.trim()] as const] : [];
  });
  return Object.fromEntries(stated);
}
