// What a key does in a combobox with a list: the pattern "combobox" of the ARIA Authoring Practices
// Guide (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/), where the focus stays in the field.

/** The list below the field; `active` is the index of the option that Enter chooses, -1: none. */
export interface ListState {
  open: boolean;
  active: number;
}

export type KeyEffect =
  | { does: "move"; to: ListState }
  | { does: "choose"; index: number }
  | { does: "leave" };

export const CLOSED: ListState = { open: false, active: -1 };

/** The effect of a key on a list of `count` options; "leave": the key keeps its own meaning. */
export function effectOf(key: string, { open, active }: ListState, count: number): KeyEffect {
  if (count === 0) return { does: "leave" };
  switch (key) {
    case "ArrowDown":
      return { does: "move", to: { open: true, active: open ? next(active, 1, count) : 0 } };
    case "ArrowUp":
      return {
        does: "move",
        to: { open: true, active: open ? next(active, -1, count) : count - 1 },
      };
    case "Escape":
      return open ? { does: "move", to: CLOSED } : { does: "leave" };
    case "Enter":
      return open && active >= 0 ? { does: "choose", index: active } : { does: "leave" };
    default:
      return { does: "leave" };
  }
}

/** Around the list, by way of no option: the field itself. */
const next = (active: number, step: number, count: number): number =>
  ((active + 1 + step + count + 1) % (count + 1)) - 1;
