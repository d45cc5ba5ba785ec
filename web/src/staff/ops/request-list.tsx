// The latest requests that the edge answered, by region and status; they stand still while somebody reads them.
import { useRef, useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";
import { usePolled } from "./use-polled.ts";

interface EdgeRequest {
  /** ISO 8601, of its end. */
  at: string;
  /** Method and path, without the query. */
  request: string;
  status: number;
  ms: number;
  /** What the edge decided: `region=eu-west-1; why=nearest; cache=hit`. */
  edge: string;
}

const EVERY_MS = 2000;
/** The edge's name of requests that it answered without a region. */
const NO_REGION = "none";
const STATUSES = ["ok", "4xx", "5xx"] as const;

interface Given {
  regions: readonly string[];
  texts: OpsTexts;
}

export function RequestList({ regions, texts }: Given) {
  const { code } = useLanguage();
  const [region, setRegion] = useState("");
  const [status, setStatus] = useState("");
  const [pressed, setPressed] = useState(false);
  const [looking, setLooking] = useState(false);
  const held = pressed || looking;
  const address = `/_edge/requests?region=${encodeURIComponent(region)}&status=${status}`;
  const newest = usePolled<{ requests: readonly EdgeRequest[] }>(address, EVERY_MS)?.requests;
  // What is held belongs to its filters: others show what they choose.
  const shown = useRef<{ address: string; requests: typeof newest }>(undefined);
  if (!held || shown.current?.address !== address || !shown.current.requests) {
    shown.current = { address, requests: newest };
  }
  const requests = shown.current.requests;
  const clock = new Intl.DateTimeFormat(code, { timeStyle: "medium" });
  return (
    <section class="ops-part ops-requests" aria-labelledby="ops-requests" data-testid="requests">
      <h2 id="ops-requests">{texts.latestRequests}</h2>
      <div class="ops-choices">
        <label class="staff-label">
          {texts.region}
          <select
            class="staff-field"
            data-testid="request-region"
            value={region}
            onChange={(event) => setRegion(event.currentTarget.value)}
          >
            <option value="">{texts.allRegions}</option>
            {regions.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
            <option value={NO_REGION}>{texts.withoutOne}</option>
          </select>
        </label>
        <label class="staff-label">
          {texts.status}
          <select
            class="staff-field"
            data-testid="request-status"
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value)}
          >
            <option value="">{texts.anyStatus}</option>
            {STATUSES.map((one) => (
              <option key={one} value={one}>
                {texts.statuses[one]}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="button button-quiet"
          data-testid="hold"
          aria-pressed={pressed}
          onClick={() => setPressed(!pressed)}
        >
          {texts.hold}
        </button>
        <p class="stock-soft" data-testid="held">
          {held ? texts.held : texts.goesOn}
        </p>
      </div>
      <ol
        class="ops-scroll ops-lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard.
        tabIndex={0}
        aria-label={texts.latestRequests}
        onPointerEnter={({ pointerType }) => pointerType === "mouse" && setLooking(true)}
        onPointerLeave={() => setLooking(false)}
        onFocus={() => setLooking(true)}
        onBlur={() => setLooking(false)}
      >
        {requests?.length === 0 && <li class="ops-path">{texts.noRequests}</li>}
        {requests?.map((one, at) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: several may have one moment and one name.
            key={at}
            data-testid="request"
          >
            <time dateTime={one.at}>{clock.format(new Date(one.at))}</time>
            <b class={one.status >= 400 ? "ops-bad" : ""}>{one.status}</b>
            <span>{one.ms.toLocaleString(code, { maximumFractionDigits: 1 })}&nbsp;ms</span>
            <span class="ops-path" lang="en">
              {shortened(one.request)}
            </span>
            <span class="stock-soft ops-path" lang="en">
              {decided(one.edge)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The id of a registered document is its hash: some of it tells it from others. */
const shortened = (request: string) => request.replace(/(\/persisted\/.{8}).*/, "$1…");

/** `eu-west-1 · failover · pass · attempts 2` */
export const decided = (edge: string): string =>
  edge
    .replace(/\b(region|why|cache|origin)=/g, "")
    .replaceAll("=", " ")
    .replaceAll("; ", " · ");
