// Who collects an order.

import { useState } from "preact/hooks";
import { cell } from "../cell.ts";
import { MOST_GUEST_MAIL, MOST_GUEST_NAME, MOST_GUEST_PHONE } from "../generated/limits.ts";
import { unsaved } from "../unsaved.ts";
import type { Refusal } from "./refusals.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

export interface Contact {
  name: string;
  mail: string;
  phone: string;
}

export const NOBODY: Contact = { name: "", mail: "", phone: "" };

/**
 * What was typed and not ordered yet: no way to the menu and back, and no sending that failed, loses any of it. In
 * memory only.
 */
export const typedContact = cell(NOBODY);
unsaved.push(() => typedContact.get() !== NOBODY);

/** What stands in the fields of a form. */
export function contactOf(form: HTMLFormElement): Contact {
  const fields = new FormData(form);
  const text = (name: string): string => String(fields.get(name) ?? "").trim();
  return { name: text("name"), mail: text("mail"), phone: text("phone") };
}

/** What is wrong with a name that was refused: the API refuses no others than these. */
function nameRefusal(name: string, texts: OrderTexts): string {
  if (!name.trim()) return texts.noName;
  return [...name].length > MOST_GUEST_NAME ? texts.badName : texts.unreadable(texts.name);
}

interface Given {
  refusals: readonly Refusal[];
  texts: OrderTexts;
}

export function ContactFields({ refusals, texts }: Given) {
  const [contact] = useState(() => typedContact.get());
  const isBad = (field: string): boolean =>
    refusals.some((one) => one.kind === "field" && one.field === field);
  return (
    <fieldset class="order-card">
      <legend>{texts.contact}</legend>
      <Field
        name="name"
        value={contact.name}
        label={texts.name}
        autocomplete="given-name"
        maxLength={MOST_GUEST_NAME}
        required
        wrong={isBad("name") && nameRefusal(contact.name, texts)}
      />
      <Field
        name="mail"
        value={contact.mail}
        type="email"
        label={`${texts.mail} (${texts.optional})`}
        hint={texts.mailHint}
        autocomplete="email"
        maxLength={MOST_GUEST_MAIL}
        wrong={isBad("mail") && texts.badMail}
      />
      <Field
        name="phone"
        value={contact.phone}
        type="tel"
        label={`${texts.phone} (${texts.optional})`}
        autocomplete="tel"
        maxLength={MOST_GUEST_PHONE}
        wrong={isBad("phone") && texts.badPhone}
      />
    </fieldset>
  );
}

interface FieldGiven {
  name: string;
  value: string;
  label: string;
  type?: "text" | "email" | "tel";
  hint?: string;
  autocomplete: "given-name" | "email" | "tel";
  maxLength: number;
  required?: boolean;
  /** What is wrong with it; false where nothing is. */
  wrong: string | false;
}

/** Each kind by itself: the types of elements differ by what lists they may have. */
const KINDS = {
  text: { type: "text" },
  email: { type: "email" },
  tel: { type: "tel" },
} as const;

function Field({
  name,
  value,
  label,
  type = "text",
  hint,
  autocomplete,
  wrong,
  ...rules
}: FieldGiven) {
  const described = [wrong && `${name}-wrong`, hint && `${name}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field-group">
      <label class="field-label" for={`contact-${name}`}>
        {label}
      </label>
      <input
        {...rules}
        class="field"
        id={`contact-${name}`}
        data-testid={`contact-${name}`}
        name={name}
        defaultValue={value}
        autocomplete={autocomplete}
        {...KINDS[type]}
        aria-invalid={wrong !== false}
        aria-describedby={described || undefined}
      />
      {hint && <small id={`${name}-hint`}>{hint}</small>}
      {wrong && (
        <p class="field-wrong" id={`${name}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
