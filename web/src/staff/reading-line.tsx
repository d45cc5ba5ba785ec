// How old what a page shows is, and whether it is still read.
import { useRef } from "preact/hooks";

interface Given {
  /** With the time of the latest reading. */
  text: string;
  /** Whether the latest reading failed. */
  isLost: boolean;
  /** Whether a dot stands before it. */
  dot?: boolean;
}

/**
 * Screen readers hear it when the connection is lost and when it is back: a live region with the time in it would be
 * read out at every reading.
 */
export function ReadingLine({ text, isLost, dot = false }: Given) {
  const was = useRef({ isLost: false, announced: "" });
  if (was.current.isLost !== isLost) was.current = { isLost, announced: text };
  return (
    <>
      <p class={isLost ? "stock-lost" : "stock-live"}>
        {dot && <span class="board-dot" />}
        {text}
      </p>
      <p class="visually-hidden" role="status">
        {was.current.announced}
      </p>
    </>
  );
}
