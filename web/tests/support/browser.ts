// What code of the site needs of a browser, for tests that run without one.
import { vi } from "vitest";

/** A localStorage of its own, and events of a window: `emit` has them happen. */
export function pretendBrowser() {
  const kept = new Map<string, string>();
  const listeners = new Map<string, Set<(event: unknown) => void>>();
  const target = {
    addEventListener: (name: string, listener: (event: unknown) => void) =>
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener)),
    removeEventListener: (name: string, listener: (event: unknown) => void) =>
      listeners.get(name)?.delete(listener),
  };
  vi.stubGlobal("addEventListener", target.addEventListener);
  vi.stubGlobal("removeEventListener", target.removeEventListener);
  vi.stubGlobal("document", { ...target, visibilityState: "visible" });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
    key: (at: number) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  });
  return {
    kept,
    emit(name: string, event: unknown = {}) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(event);
    },
  };
}
