// @vitest-environment happy-dom
// The picture of an item: a photo is uploaded and its address saved; what goes wrong is named, and the draft stays.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Staff } from "../../src/staff/account/staff.ts";
import { ItemsView } from "../../src/staff/catalog/items-view.tsx";
import { en } from "../../src/staff/catalog/texts/en.ts";
import { openPage } from "../support/page.ts";
import { EDITOR, LISTED, RING, type Service, STATE, serviceOf } from "./given.ts";

const ADDRESS = "/uploads/de/ring/0123456789abcdef0123456789abcdef-960.webp";
const LIST = {
  catalogItems: {
    totalCount: 1,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: LISTED.slice(0, 1).map((node) => ({ node })),
  },
};
const FORMS = ["near", "far"].flatMap((region) =>
  [320, 960].map((width) => ({
    width,
    region,
    url: `https://${region}.example`,
    fields: [{ name: "key", value: `${width}` }],
  })),
);
const MADE = { upload: { imageUrl: ADDRESS, forms: FORMS }, errors: [] };

let page: ReturnType<typeof openPage>;
/** Regions that take files. */
let taking: string[];
let sent: string[];

/** Requests to buckets, which a region takes or refuses. */
class Request extends EventTarget {
  upload = new EventTarget();
  status = 0;
  timeout = 0;
  #url = "";
  open(_method: string, url: string) {
    this.#url = url;
  }
  abort() {}
  send(content: FormData) {
    sent.push(`${this.#url} ${content.get("key")} ${(content.get("file") as Blob).type}`);
    this.status = taking.some((region) => this.#url.includes(region)) ? 204 : 403;
    queueMicrotask(() => this.dispatchEvent(new Event("load")));
  }
}

beforeEach(() => {
  page = openPage();
  taking = ["near", "far"];
  sent = [];
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.stubGlobal("createImageBitmap", async (file: File) => {
    if (file.name.endsWith(".txt")) throw new DOMException("no image");
    const width = file.name.startsWith("tiny") ? 100 : 4000;
    return { width, height: (width * 3) / 4, close: () => undefined };
  });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation((done, type = "") =>
    done(new Blob(["made"], { type })),
  );
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Open the item's editor, and choose a file. */
async function choose(service: Service, name: string): Promise<void> {
  // What one person typed and did not save stays, in the next test as well.
  const staff = { id: crypto.randomUUID(), roles: [EDITOR], send: service.send, settings: {} };
  page.show(
    <ItemsView
      staff={staff as unknown as Staff}
      texts={en}
      catalog={STATE}
      country="Germany"
      refresh={vi.fn()}
    />,
  );
  await page.shown("[data-testid=edit-item]");
  await page.press("[data-testid=edit-item]");
  await page.shown("[data-testid=picture-file]");
  const input = page.one("[data-testid=picture-file]") as HTMLInputElement;
  const file = new File(["photo"], name, { type: "image/jpeg" });
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const services = (createPictureUpload: unknown) => {
  const edited = { editCatalogItem: { item: { itemId: "ring" }, errors: [] } };
  return serviceOf({
    CatalogItems: LIST,
    CatalogItem: { catalogItem: RING },
    CreatePictureUpload: () => ({ createPictureUpload }),
    EditCatalogItem: () => edited,
  });
};
const state = () => page.one("[data-testid=picture-state]");
const says = (words: string) =>
  vi.waitFor(() => expect(state().textContent).toBe(words), { timeout: 5000 });
const address = () => (page.one("[data-testid=item-picture]") as HTMLInputElement).value;

it("uploads both files to both regions, shows them, and saves the address", async () => {
  const service = services(MADE);
  await choose(service, "ring.jpg");
  await says(en.picture.uploaded);
  expect(sent.sort()).toEqual([
    "https://far.example 320 image/webp",
    "https://far.example 960 image/webp",
    "https://near.example 320 image/webp",
    "https://near.example 960 image/webp",
  ]);
  const upload = service.operations.find(({ name }) => name === "CreatePictureUpload");
  expect(upload?.input).toMatchObject({
    market: "de",
    itemId: "ring",
    contentType: "image/webp",
    listFile: { bytes: 4 },
    itemFile: { bytes: 4 },
  });
  expect(address()).toBe(ADDRESS);
  const looks = () => page.all("[data-testid=picture-preview] img");
  await vi.waitFor(() =>
    expect(looks().map((image) => image.getAttribute("src")?.slice(0, 15))).toEqual([
      "data:image/webp",
      "data:image/webp",
    ]),
  );
  await page.press("[data-testid=save-item]");
  const edit = service.operations.find(({ name }) => name === "EditCatalogItem");
  expect(edit?.input).toMatchObject({ imageUrl: ADDRESS });
});

it("says that one region has it alone, also after the item is closed, until both have it", async () => {
  taking = ["far"];
  const service = services(MADE);
  await choose(service, "ring.jpg");
  await says(en.picture.uploaded);
  expect(address()).toBe(ADDRESS);
  const notes = () => page.all("[data-testid=lone-picture]");
  expect(notes()).toHaveLength(1);
  expect(notes()[0]?.textContent).toContain(en.picture.lone("ring.jpg"));
  await page.press("[data-testid=edit-item]"); // closes the item
  expect(notes()[0]?.textContent).toContain(
    en.picture.lone(`${RING.draft.names[0]?.text}, ring.jpg`),
  );
  const uploads = () => service.operations.filter(({ name }) => name === "CreatePictureUpload");
  await page.press("[data-testid=upload-again]");
  await vi.waitFor(() => expect(page.root.textContent).toContain(en.picture.stillLone), 5000);
  taking = ["near", "far"];
  await page.press("[data-testid=upload-again]");
  await vi.waitFor(() => expect(notes()).toEqual([]), { timeout: 5000 });
  expect(uploads()).toHaveLength(3);
  expect(new Set(uploads().map(({ input }) => input?.operationId)).size).toBe(3);
});

it("says that of several dropped photos one is taken", async () => {
  await choose(services(MADE), "notes.txt");
  const drop = new Event("drop", { bubbles: true, cancelable: true });
  const photo = (name: string) => new File(["photo"], name, { type: "image/jpeg" });
  const files = [photo("first.jpg"), photo("second.jpg"), photo("third.jpg")];
  Object.assign(drop, { dataTransfer: { files } });
  page.one("[data-testid=picture-zone]").dispatchEvent(drop);
  await says(en.picture.uploaded);
  const note = () => page.one("[data-testid=picture-surplus]").textContent;
  expect(note()).toBe(en.picture.onlyFirst("first.jpg", "2"));
  const alone = new Event("drop", { bubbles: true, cancelable: true });
  Object.assign(alone, { dataTransfer: { files: files.slice(1, 2) } });
  page.one("[data-testid=picture-zone]").dispatchEvent(alone);
  await vi.waitFor(() => expect(note()).toBe(""));
});

it("warns where the address is that of another item's picture", async () => {
  await choose(services(MADE), "notes.txt");
  const note = () => page.one("[data-testid=picture-owner]").textContent;
  expect(note()).toBe("");
  await page.write("[data-testid=item-picture]", ADDRESS.replace("/de/ring/", "/us/latte/"));
  expect(note()).toBe(en.picture.ofOther("latte", "US"));
  await page.write("[data-testid=item-picture]", ADDRESS);
  expect(note()).toBe("");
});

it.each([
  ["notes.txt", en.picture.notAPicture("notes.txt")],
  ["tiny.jpg", en.picture.tooSmall("tiny.jpg")],
])("names what is wrong with %s, and asks for nothing", async (name, words) => {
  const service = services(MADE);
  await choose(service, name);
  await says(words);
  expect(service.operations.some((one) => one.name === "CreatePictureUpload")).toBe(false);
  expect(address()).toBe(RING.draft.imageUrl);
});

it("keeps the draft's picture where no region takes the new one", async () => {
  taking = [];
  await choose(services(MADE), "ring.jpg");
  await says(en.picture.failed("ring.jpg"));
  expect(address()).toBe(RING.draft.imageUrl);
});

it("says where photos cannot be uploaded", async () => {
  await choose(services({ upload: null, errors: [{ message: "no buckets" }] }), "ring.jpg");
  await says(en.picture.noUploads);
  expect(address()).toBe(RING.draft.imageUrl);
});

it("takes the picture away", async () => {
  const service = services(MADE);
  await choose(service, "notes.txt");
  await page.press("[data-testid=remove-picture]");
  expect(address()).toBe("");
  expect(page.root.textContent).toContain(en.picture.none);
  await page.press("[data-testid=save-item]");
  const edit = service.operations.find(({ name }) => name === "EditCatalogItem");
  expect(edit?.input).toMatchObject({ clear: ["IMAGE_URL"] });
});
