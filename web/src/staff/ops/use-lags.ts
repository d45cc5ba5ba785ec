// How long ago each region last heard from the others, by its own API.
import { useEffect, useState } from "preact/hooks";

export type Lags = Readonly<Record<string, number | undefined>>;

/** How often each region is asked. */
export const LAGS_MS = 5000;
const TIMEOUT_MS = 4000;
const QUERY = "query Lag { region { name replicationLag { region seconds } } }";

/** Return the longest lag of each region in seconds; undefined where the region does not say. */
export function useLags(regions: readonly string[]): Lags {
  const [lags, setLags] = useState<Lags>({});
  const names = regions.join(" ");
  useEffect(() => {
    if (!names) return;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = async () => {
      const all = names.split(" ");
      const found = await Promise.all(all.map(lagOf));
      if (!wanted) return;
      setLags(Object.fromEntries(all.map((name, at) => [name, found[at]])));
      timer = setTimeout(again, LAGS_MS);
    };
    void again();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [names]);
  return lags;
}

async function lagOf(region: string): Promise<number | undefined> {
  try {
    const answer = await fetch(`/_region/${encodeURIComponent(region)}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await answer.json();
    const lags: { seconds: number }[] = body.data.region.replicationLag;
    return lags.length > 0 ? Math.max(...lags.map(({ seconds }) => seconds)) : undefined;
  } catch {
    return undefined;
  }
}
