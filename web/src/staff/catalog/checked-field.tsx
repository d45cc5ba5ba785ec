// A field with its label, and below it a hint or what is wrong with it.
import type { ComponentChild } from "preact";
import { useId } from "preact/hooks";

interface Marks {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string;
}

interface Given<T extends string> {
  label: string;
  hint?: string;
  /** What can be wrong with it. */
  of: readonly T[];
  /** What is wrong now and has to be said. */
  shown: readonly T[];
  said: Readonly<Record<T, string>>;
  children: (marks: Marks) => ComponentChild;
}

export function CheckedField<T extends string>(given: Given<T>) {
  const { label, hint = "", of, shown, said, children } = given;
  const id = useId();
  const wrong = of.find((one) => shown.includes(one));
  return (
    <div class="staff-label">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": wrong !== undefined, "aria-describedby": `${id}-said` })}
      <small id={`${id}-said`} class={wrong ? "stock-wrong" : undefined}>
        {wrong ? said[wrong] : hint}
      </small>
    </div>
  );
}
