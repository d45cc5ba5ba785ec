// An item's picture; where it cannot be fetched, the same drawing made by the browser.
import { useEffect, useState } from "preact/hooks";

interface Given {
  id: string;
  /** What it is called and the id of its category: what a drawing has to go by. */
  name: string;
  category: string;
  address: string | null;
  /** Whether it is in sight when the page opens: then it is fetched at once. */
  first?: boolean;
  /** Whether it is the picture of the page, not one of a list. */
  large?: boolean;
}

/** What an uploaded picture is in lists: `services/domain/pictures.py`. */
const UPLOADED = /^(\/uploads\/.+\/.+-)960\./;

export function ItemPicture({ id, name, category, address, first = false, large }: Given) {
  const [source, setSource] = useState(address);
  useEffect(() => setSource(address), [address]);
  useEffect(() => {
    if (source !== null) return;
    let wanted = true;
    // Fetched only when needed: drawing is larger than all the rest of the site.
    import("./draw-here.ts")
      .then(({ drawnAddress }) => wanted && setSource(drawnAddress(id, name, category)))
      // Without it the plate stays empty; the name is beside it.
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [id, name, category, source]);
  if (source === null) return null;
  return (
    <img
      src={source}
      srcset={
        UPLOADED.test(source)
          ? `${source.replace(UPLOADED, "$1320.")} 320w, ${source} 960w`
          : undefined
      }
      sizes={large ? "(width < 48rem) 100vw, 36rem" : "(width < 40rem) 7rem, 20rem"}
      alt=""
      loading={first ? "eager" : "lazy"}
      fetchpriority={first ? "high" : "auto"}
      decoding="async"
      width="400"
      height="300"
      onError={() => !source.startsWith("data:") && setSource(null)}
    />
  );
}
