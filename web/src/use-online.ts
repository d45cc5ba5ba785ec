// Whether the browser has a network.
import { useEffect, useState } from "preact/hooks";

/** Whether the browser has a network, as far as it can say: true where it has one that leads nowhere. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(() => navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return online;
}
