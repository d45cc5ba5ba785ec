// Fetches suggestions for what is typed: not for every key, and never an answer that came too late.

const DEBOUNCE_MS = 120;
const REMEMBERED = 50;

type Fetch<T> = (text: string, signal: AbortSignal) => Promise<readonly T[] | undefined>;

/** The suggestions of one field. */
export class Suggester<T> {
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #known = new Map<string, readonly T[]>();
  readonly #fetch: Fetch<T>;
  readonly #show: (found: readonly T[]) => void;

  /**
   * @param fetch Returns what is suggested for a text; undefined where that failed.
   * @param show Takes the suggestions for the text that was typed last.
   */
  constructor(fetch: Fetch<T>, show: (found: readonly T[]) => void) {
    this.#fetch = fetch;
    this.#show = show;
  }

  /** Suggest for another text; without one nothing is suggested. */
  type(text: string): void {
    this.stop();
    const known = text ? this.#known.get(text) : [];
    if (known) this.#show(known);
    else this.#timer = setTimeout(() => void this.#ask(text), DEBOUNCE_MS);
  }

  /** Drop whatever is on its way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  async #ask(text: string): Promise<void> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const found = await this.#fetch(text, signal).catch(() => undefined);
    // Suggestions are a help: without them the search itself says what is wrong.
    if (signal.aborted) return;
    if (found) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(text, found);
    }
    this.#show(found ?? []);
  }
}
