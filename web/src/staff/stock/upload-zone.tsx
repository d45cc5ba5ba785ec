// Where files of counts are dropped: each is uploaded with progress, and read by the region that got it.

import { useEffect, useRef, useState } from "preact/hooks";
import { CreateUploadDocument } from "../../generated/stock.ts";
import { request } from "../../graphql/client.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { upload } from "../form-upload.ts";
import { isForbidden } from "../refused-token.ts";
import type { StockGiven } from "./given.ts";
import { typeOf } from "./upload.ts";

interface Given extends StockGiven {
  /** The only store that the files may count; undefined: any. */
  storeId: string | undefined;
  /** Keys of files that were read. */
  read: ReadonlySet<string>;
  /** A file was uploaded and will be read soon. */
  onUploaded: () => void;
}

type State =
  | { kind: "uploading"; part: number }
  | { kind: "reading"; key: string; slow: boolean }
  | { kind: "wrong"; text: string };

interface Upload {
  id: string;
  name: string;
  state: State;
}

/** Reading a file takes a second or two; after this long the page says that it waits. */
const SLOW_MS = 30_000;
const MEGABYTE = 1024 * 1024;

export function UploadZone({ storeId, read, onUploaded, ...given }: Given) {
  const { staff, texts, locale } = given;
  const { forbidden } = useAccountTexts();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const set = (id: string, state: State) =>
    setUploads((all) => all.map((one) => (one.id === id ? { ...one, state } : one)));

  useEffect(() => {
    // What is in the list of imports needs no line of its own.
    setUploads((all) => {
      const left = all.filter(({ state }) => state.kind !== "reading" || !read.has(state.key));
      return left.length === all.length ? all : left;
    });
  }, [read]);

  const send = async (file: File) => {
    const id = crypto.randomUUID();
    setUploads((all) => [{ id, name: file.name, state: { kind: "uploading", part: 0 } }, ...all]);
    const wrong = (text: string) => set(id, { kind: "wrong", text });
    const outcome = await request(
      CreateUploadDocument,
      {
        input: {
          operationId: id,
          storeId: storeId ?? null,
          fileName: file.name,
          contentType: typeOf(file),
        },
      },
      { send: staff.send },
    );
    const form = outcome.ok ? outcome.data.createStockUpload.upload : undefined;
    if (!form) {
      const isRefused = !outcome.ok && isForbidden(outcome.failure);
      wrong(isRefused ? forbidden : texts.uploadFailed(file.name));
      return;
    }
    if (file.size > form.maxBytes) {
      wrong(texts.tooLarge((form.maxBytes / MEGABYTE).toLocaleString(locale)));
      return;
    }
    const taken = await upload(form, file, {
      onProgress: (part) => set(id, { kind: "uploading", part }),
    });
    if (!taken) {
      wrong(texts.uploadFailed(file.name));
      return;
    }
    set(id, { kind: "reading", key: form.key, slow: false });
    onUploaded();
    setTimeout(() => {
      setUploads((all) =>
        all.map((one) =>
          one.id === id && one.state.kind === "reading"
            ? { ...one, state: { ...one.state, slow: true } }
            : one,
        ),
      );
    }, SLOW_MS);
  };
  const take = (files: FileList | null | undefined) => {
    for (const file of files ?? []) void send(file);
  };
  const percent = new Intl.NumberFormat(locale, { style: "percent" });
  return (
    <div class="stock-upload">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way, beside the field. */}
      <div
        class={over ? "stock-drop stock-over" : "stock-drop"}
        data-testid="drop-zone"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <p>{texts.uploadHint}</p>
        <input
          ref={input}
          class="visually-hidden"
          id="stock-file"
          type="file"
          multiple
          accept=".csv,.txt,.tsv,.gz,text/csv,text/plain"
          data-testid="stock-file"
          onChange={() => {
            take(input.current?.files);
            // The same file again is another upload.
            if (input.current) input.current.value = "";
          }}
        />
        <label class="button button-quiet" for="stock-file">
          {texts.choose}
        </label>
      </div>
      <div role="status">
        <ul class="stock-uploads">
          {uploads.map(({ id, name, state }) => (
            <li key={id} data-testid="upload" data-state={state.kind}>
              {state.kind === "uploading" && (
                <>
                  {/* Screen readers hear how it ended; the bar has how far it is, for whoever asks. */}
                  <span aria-hidden="true">
                    {texts.uploading(name, percent.format(state.part))}
                  </span>
                  <progress value={state.part} aria-label={name} />
                </>
              )}
              {state.kind === "reading" && (state.slow ? texts.slow(name) : texts.reading(name))}
              {state.kind === "wrong" && <span class="stock-wrong">{state.text}</span>}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
