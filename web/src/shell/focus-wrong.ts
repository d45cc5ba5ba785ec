// Where a form is pressed that cannot be sent as it is typed.

/** Move the focus to the first wrong field of a form, once the marks are drawn. */
export function focusWrong(form: HTMLFormElement | null): void {
  setTimeout(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
