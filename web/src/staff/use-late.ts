// Whether something takes so long that the person wants to know what is shown meanwhile.
import { useEffect, useState } from "preact/hooks";

/** Whether it has been waited for `patienceMs` and is still on its way. */
export function useLate(isOnItsWay: boolean, patienceMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!isOnItsWay) return;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isOnItsWay, patienceMs]);
  return late && isOnItsWay;
}
