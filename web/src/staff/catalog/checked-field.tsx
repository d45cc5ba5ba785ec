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
  /** What is wrong now and has to be shown. */
  shown: readonly T[];
  messages: Readonly<Record<T, string>>;
  children: (marks: Marks) => ComponentChild;
}

export function CheckedField<T extends string>(given: Given<T>) {
  const { label, hint = "", of, shown, messages, children } = given;
  const id = useId();
  const wrong = of.find((one) => shown.includes(one));
  return (
    <div class="staff-label">
      <label for={id}>{label}</label>
      {children({ id, "aria-invalid": wrong !== undefined, "aria-describedby": `${id}-message` })}
      <small id={`${id}-message`} class={wrong ? "stock-wrong" : undefined}>
        {wrong ? messages[wrong] : hint}
      </small>
    </div>
  );
}
