// The picture of an item: a photo that is chosen or dropped, as guests will see it, or an address that is typed.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { CreatePictureUploadDocument } from "../../generated/catalog.ts";
import { ItemPicture } from "../../menu/item-picture.tsx";
import { sendUntilAnswered } from "../../orders/sending.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { isForbidden } from "../refused-token.ts";
import type { FieldGiven } from "./field-given.ts";
import { nameOf } from "./item-edit.ts";
import { dataAddress, type PictureFiles, pictureFiles, sha256 } from "./picture-files.ts";
import { uploadPicture } from "./picture-upload.ts";

interface Shown {
  /** The address that the draft gets. */
  address: string;
  list: string;
  page: string;
}

type State =
  | { kind: "idle" }
  | { kind: "busy"; text: string; part?: number }
  | { kind: "uploaded"; text: string }
  | { kind: "wrong"; text: string };

const IDLE: State = { kind: "idle" };

export function PictureField(given: FieldGiven & { mayEdit: boolean }) {
  const { item, texts, typed, type, mayEdit } = given;
  const { draft, published } = item;
  const own = texts.picture;
  const id = useId();
  const address = typed.imageUrl ?? draft.imageUrl ?? "";
  const { state, shown, take } = usePhoto(given);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  // What was just uploaded is shown without being fetched.
  const fresh = shown?.address === address ? shown : undefined;
  const picture = {
    id: item.itemId,
    name: nameOf(draft.names, "en"),
    category: typed.category ?? draft.category ?? "",
  };
  // Only what guests would be shown: the site's policy lets pages load its own pictures.
  const isOwn = /^\/(?!\/)/.test(address);
  return (
    <div class="catalog-picture">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way, beside the field. */}
      <div
        class={over ? "catalog-drop catalog-over" : "catalog-drop"}
        data-testid="picture-zone"
        onDragOver={(event) => {
          if (!mayEdit) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          if (!mayEdit) return;
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files[0]);
        }}
      >
        <b id={`${id}-title`}>{texts.aspects.IMAGE_URL}</b>
        {(fresh || isOwn) && (
          <div class="catalog-looks" data-testid="picture-preview">
            <figure>
              <span class="catalog-look catalog-look-menu">
                <ItemPicture {...picture} address={fresh?.list ?? address} />
              </span>
              <figcaption>{own.inMenu}</figcaption>
            </figure>
            <figure>
              <span class="catalog-look catalog-look-page">
                <ItemPicture {...picture} address={fresh?.page ?? address} large />
              </span>
              <figcaption>{own.onPage}</figcaption>
            </figure>
          </div>
        )}
        {address === "" && <p class="catalog-look-none">{own.none}</p>}
        {mayEdit && (
          <>
            <p class="catalog-drop-hint" id={`${id}-drop`}>
              {own.hint}
            </p>
            <div class="catalog-picture-acts">
              <input
                ref={input}
                class="visually-hidden"
                id={`${id}-file`}
                type="file"
                accept="image/jpeg,image/png,image/webp,image/avif"
                data-testid="picture-file"
                aria-describedby={`${id}-drop`}
                onChange={() => {
                  take(input.current?.files?.[0]);
                  // The same file again is another try.
                  if (input.current) input.current.value = "";
                }}
              />
              <label class="button button-quiet" for={`${id}-file`}>
                {own.choose}
              </label>
              {address !== "" && (
                <button
                  type="button"
                  class="text-button"
                  data-testid="remove-picture"
                  onClick={() => {
                    type({ imageUrl: "" });
                    input.current?.focus();
                  }}
                >
                  {own.remove}
                </button>
              )}
            </div>
          </>
        )}
        <div role="status" data-testid="picture-state" data-state={state.kind}>
          {state.kind === "busy" && (
            <>
              {state.text}
              <progress value={state.part} aria-label={state.text} />
            </>
          )}
          {state.kind === "uploaded" && address === shown?.address && state.text}
          {state.kind === "wrong" && <span class="stock-wrong">{state.text}</span>}
        </div>
      </div>
      <label class="staff-label">
        {own.address}
        <input
          class="staff-field"
          autocomplete="off"
          spellcheck={false}
          maxLength={300}
          data-testid="item-picture"
          aria-describedby={`${id}-address`}
          value={address}
          onInput={(event) => type({ imageUrl: event.currentTarget.value })}
        />
        <small id={`${id}-address`}>
          {published && published.imageUrl !== draft.imageUrl
            ? texts.published(published.imageUrl ?? texts.none)
            : texts.pictureHint}
        </small>
      </label>
    </div>
  );
}

/** Makes the files of a photo, uploads them, and gives the draft their address. */
function usePhoto({ item, catalog, staff, texts, wording, type }: FieldGiven) {
  const own = texts.picture;
  const { forbidden } = useAccountTexts();
  const [state, setState] = useState<State>(IDLE);
  const [shown, setShown] = useState<Shown>();
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const send = async (file: File, signal: AbortSignal) => {
    const wrong = (text: string) => setState({ kind: "wrong", text });
    setState({ kind: "busy", text: own.preparing });
    const files = await pictureFiles(file);
    signal.throwIfAborted();
    if (typeof files === "string") return wrong(own[files](file.name));
    const outcome = await sendUntilAnswered(
      CreatePictureUploadDocument,
      { input: await wanted(files, catalog.market, item.itemId) },
      {
        send: staff.send,
        signal,
        onRepeat: () => setState({ kind: "busy", text: texts.again }),
      },
    );
    if (!outcome.ok) {
      return wrong(isForbidden(outcome.failure) ? forbidden : own.failed(file.name));
    }
    const { upload } = outcome.data.createPictureUpload;
    if (!upload) return wrong(own.noUploads);
    const percent = new Intl.NumberFormat(wording.code, { style: "percent" });
    const { taken, of } = await uploadPicture(upload.forms, files, (part) => {
      if (!signal.aborted) {
        setState({ kind: "busy", text: own.uploading(percent.format(part)), part });
      }
    });
    signal.throwIfAborted();
    if (taken === 0) return wrong(own.failed(file.name));
    const [list, page] = await Promise.all([dataAddress(files.list), dataAddress(files.page)]);
    signal.throwIfAborted();
    setShown({ address: upload.imageUrl, list, page });
    type({ imageUrl: upload.imageUrl });
    setState({ kind: "uploaded", text: taken < of ? own.inOneRegion : own.uploaded });
  };
  const take = (file: File | undefined) => {
    if (!file) return;
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    send(file, controller.signal).catch((fault) => {
      if (controller.signal.aborted) return;
      // A browser without what it takes, or a file that cannot be read any more.
      console.error(fault);
      setState({ kind: "wrong", text: texts.picture.failed(file.name) });
    });
  };
  return { state, shown, take };
}

async function wanted(files: PictureFiles, market: string, itemId: string) {
  const [list, page] = await Promise.all([sha256(files.list), sha256(files.page)]);
  return {
    operationId: crypto.randomUUID(),
    market,
    itemId,
    contentType: files.type,
    listFile: { bytes: files.list.size, sha256: list },
    itemFile: { bytes: files.page.size, sha256: page },
  };
}
