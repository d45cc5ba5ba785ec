// A document of the local cloud's edge, read again and again.
import { useEffect, useState } from "preact/hooks";

const TIMEOUT_MS = 5000;

/**
 * Return what the edge answered last; undefined until it has answered this address.
 *
 * @param address Its path; undefined: nothing is read.
 * @param everyMs Milliseconds between an answer and the next reading.
 */
export function usePolled<T>(address: string | undefined, everyMs: number): T | undefined {
  const [found, setFound] = useState<{ address: string; content: T }>();
  useEffect(() => {
    if (!address) return;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      const content = await read<T>(address);
      if (!wanted) return;
      // What is shown stays while the edge does not answer; the page says so elsewhere.
      if (content) setFound({ address, content });
      timer = setTimeout(again, everyMs);
    };
    void again();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [address, everyMs]);
  return found?.address === address ? found?.content : undefined;
}

async function read<T>(address: string): Promise<T | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const json = answer.headers.get("content-type")?.startsWith("application/json");
    return answer.ok && json ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
