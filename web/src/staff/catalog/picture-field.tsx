// The picture of an item: a photo that is chosen or dropped, as guests will see it, or an address that is typed.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { MOST_IMAGE_URL } from "../../generated/limits.ts";
import { ItemPicture } from "../../menu/item-picture.tsx";
import { useCell } from "../../use-cell.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import type { FieldGiven } from "./field-given.ts";
import { nameOf } from "./item-edit.ts";
import { LoneNote } from "./lone-note.tsx";
import { lonePictures } from "./lone-pictures.ts";
import { otherOwnerOf } from "./picture-address.ts";
import { dataAddress, pictureFiles } from "./picture-files.ts";
import { sendPicture } from "./send-picture.ts";

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
  const { item, catalog, texts, typed, type, mayEdit } = given;
  const { draft, published } = item;
  const own = texts.picture;
  const id = useId();
  const address = typed.imageUrl ?? draft.imageUrl ?? "";
  const { state, shown, take } = usePhoto(given);
  const [over, setOver] = useState(false);
  /** Photos of which only the first was taken. */
  const [surplus, setSurplus] = useState<{ name: string; count: number }>();
  const lone = useCell(lonePictures).find((picture) => picture.address === address);
  const owner = otherOwnerOf(address, { market: catalog.market, itemId: item.itemId });
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
          const [photo, ...others] = event.dataTransfer?.files ?? [];
          setSurplus(
            photo && others.length > 0 ? { name: photo.name, count: others.length } : undefined,
          );
          take(photo);
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
                  setSurplus(undefined);
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
        <p role="status" class="catalog-drop-hint" data-testid="picture-surplus">
          {surplus &&
            state.kind === "uploaded" &&
            address === shown?.address &&
            own.onlyFirst(surplus.name, surplus.count.toLocaleString(given.wording.code))}
        </p>
        {mayEdit && lone && <LoneNote {...given} picture={lone} />}
      </div>
      <label class="staff-label">
        {own.address}
        <input
          class="staff-field"
          autocomplete="off"
          spellcheck={false}
          maxLength={MOST_IMAGE_URL}
          data-testid="item-picture"
          aria-describedby={`${id}-owner ${id}-address`}
          value={address}
          onInput={(event) => type({ imageUrl: event.currentTarget.value })}
        />
        <span role="status" class="catalog-owner" id={`${id}-owner`} data-testid="picture-owner">
          {owner && own.ofOther(owner.itemId, owner.market.toUpperCase())}
        </span>
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
    const percent = new Intl.NumberFormat(wording.code, { style: "percent" });
    const place = { market: catalog.market, itemId: item.itemId };
    const sent = await sendPicture(
      { ...place, files, fileName: file.name },
      {
        send: staff.send,
        signal,
        onRepeat: () => setState({ kind: "busy", text: texts.again }),
        onProgress: (part) =>
          setState({ kind: "busy", text: own.uploading(percent.format(part)), part }),
      },
    );
    signal.throwIfAborted();
    if (!("address" in sent)) {
      const messages = { forbidden, noUploads: own.noUploads, failed: own.failed(file.name) };
      return wrong(messages[sent.kind]);
    }
    const { address } = sent;
    const [list, page] = await Promise.all([dataAddress(files.list), dataAddress(files.page)]);
    signal.throwIfAborted();
    setShown({ address, list, page });
    type({ imageUrl: address });
    setState({ kind: "uploaded", text: own.uploaded });
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
