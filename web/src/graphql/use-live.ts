// Follows a subscription while a page is open; where there is no connection for it, the page polls instead.
import { useEffect, useRef, useState } from "preact/hooks";
import type { TypedDocumentString } from "../generated/operations.ts";

interface Live<T> {
  onNext: (data: T) => void;
  /** Whether the page has its first data, so that the connection does not delay it. */
  ready: boolean;
  /** Called every `pollMs` while the page is looked at and there is no connection. */
  poll?: () => void;
  pollMs?: number;
}

const POLL_MS = 20_000;

/** Return whether changes arrive by a subscription now. */
export function useLive<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  { onNext, ready, poll, pollMs = POLL_MS }: Live<T>,
): boolean {
  const [connected, setConnected] = useState(false);
  const latest = useRef({ onNext, poll });
  latest.current = { onNext, poll };
  const wanted = JSON.stringify(variables);
  useEffect(() => {
    if (!ready) return;
    let stop: (() => void) | undefined;
    let ended = false;
    import("./live-client.ts")
      .then(({ liveClient }) => {
        if (ended) return;
        stop = liveClient().subscribe({
          query: document.toString(),
          variables: JSON.parse(wanted),
          onNext: (data) => latest.current.onNext(data as T),
          onConnected: setConnected,
        });
      })
      // Without its code the page polls.
      .catch(() => undefined);
    return () => {
      ended = true;
      stop?.();
      setConnected(false);
    };
  }, [document, wanted, ready]);
  useEffect(() => {
    if (connected || !ready) return;
    const timer = setInterval(() => {
      if (globalThis.document.visibilityState === "visible") latest.current.poll?.();
    }, pollMs);
    return () => clearInterval(timer);
  }, [connected, ready, pollMs]);
  return connected;
}
