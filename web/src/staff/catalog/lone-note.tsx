// Says which pictures one region has alone, with a button that uploads each to the other one as well.
import { useEffect, useRef, useState } from "preact/hooks";
import { useCell } from "../../use-cell.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { type LonePicture, lonePictures } from "./lone-pictures.ts";
import { sendPicture } from "./send-picture.ts";

interface NotesGiven extends Pick<CatalogGiven, "staff" | "texts" | "catalog"> {
  /** The item whose editor is open: it says so itself. */
  open: string | undefined;
  nameOf: (itemId: string) => string;
}

/** The pictures of this catalog that one region has alone; nothing where there are none. */
export function LoneNotes({ open, nameOf, ...given }: NotesGiven) {
  const here = useCell(lonePictures).filter(
    ({ market, itemId }) => market === given.catalog.market && itemId !== open,
  );
  return (
    <div role="status" data-testid="lone-pictures">
      {here.map((picture) => (
        <LoneNote key={picture.address} {...given} picture={picture} of={nameOf(picture.itemId)} />
      ))}
    </div>
  );
}

interface Given extends Pick<CatalogGiven, "staff" | "texts"> {
  picture: LonePicture;
  /** What the item is called, where it does not stand around the note. */
  of?: string;
}

export function LoneNote({ picture, staff, texts, of }: Given) {
  const own = texts.picture;
  const { forbidden } = useAccountTexts();
  const [state, setState] = useState<"idle" | "busy" | "lone" | "forbidden">("idle");
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const again = async () => {
    if (state === "busy") return;
    const controller = new AbortController();
    abort.current = controller;
    const { signal } = controller;
    setState("busy");
    const nothing = () => undefined;
    const course = { send: staff.send, signal, onRepeat: nothing, onProgress: nothing };
    const sent = await sendPicture(picture, course).catch((fault) => {
      if (!signal.aborted) console.error(fault);
      return { kind: "failed" } as const;
    });
    // After success the note goes, as the picture is not alone any more.
    if (!signal.aborted) setState(sent.kind === "forbidden" ? "forbidden" : "lone");
  };
  const name = of ? `${of}, ${picture.fileName}` : picture.fileName;
  return (
    <div class="catalog-lone" data-testid="lone-picture" data-item={picture.itemId}>
      <p>{own.lone(name)}</p>
      <button
        type="button"
        class="button button-quiet"
        data-testid="upload-again"
        aria-disabled={state === "busy"}
        onClick={() => void again()}
      >
        {state === "busy" ? texts.again : own.uploadAgain}
      </button>
      <p role="alert" class="stock-wrong">
        {state === "lone" && own.stillLone}
        {state === "forbidden" && forbidden}
      </p>
    </div>
  );
}
