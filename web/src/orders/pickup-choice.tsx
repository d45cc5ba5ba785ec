// When an order is collected: as soon as possible, or in a slot that the guest chooses.

import { useEffect, useRef } from "preact/hooks";
import { dayOf, daysFrom, describeDay } from "../formatting/calendar-day.ts";
import { dateFormat } from "../formatting/formats.ts";
import { describeMoment, openingState } from "../formatting/hours.ts";
import { PickupSlotsDocument } from "../generated/orders.ts";
import { useQuery } from "../graphql/use-query.ts";
import type { Store } from "../menu/menu-data.ts";
import { useNow } from "../menu/use-now.ts";
import { FailureNotice } from "../shell/notice.tsx";
import { focusMain } from "../shell/use-kept-focus.ts";
import { type Pickup, SOON } from "./cart.ts";
import type { Refusal } from "./refusals.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

/** Days, today included, in which the API has slots. */
const DAYS = 8;

interface Given {
  store: Store;
  pickup: Pickup;
  onChange: (pickup: Pickup) => void;
  /** When the order will be ready, where it is known. */
  pickupAt: string | undefined;
  refusals: readonly Refusal[];
  texts: OrderTexts;
  locale: string;
}

export function PickupChoice(given: Given) {
  const { store, pickup, onChange, pickupAt, refusals, texts, locale } = given;
  const now = useNow();
  const today = dayOf(now, store.timeZone);
  const closed = refusals.find((one) => one.kind === "closed");
  const next = closed?.nextSlot ? new Date(closed.nextSlot) : undefined;
  const moment = (when: Date): string => describeMoment(when, now, store.timeZone, locale);
  // As the menu has it, until the price is there: what the API says of it then moves nothing.
  const { state } = openingState(store, now);
  const opens =
    !pickup.day && !pickupAt && !closed && state.kind === "closed" ? state.opens : undefined;
  return (
    <fieldset class="order-card">
      <legend>{texts.pickup}</legend>
      <Radio
        checked={pickup.day === ""}
        onChoose={() => onChange(SOON)}
        label={texts.soon}
        hint={pickup.day === "" && pickupAt ? texts.readyAbout(moment(new Date(pickupAt))) : ""}
        testId="pickup-soon"
      />
      <Radio
        checked={pickup.day !== ""}
        onChoose={() => onChange({ day: next ? dayOf(next, store.timeZone) : today, slotId: "" })}
        label={texts.later}
        testId="pickup-later"
      />
      {pickup.day !== "" && <Slots {...given} now={now} />}
      {(closed || opens) && (
        <div class="cart-refusal" role="alert" data-testid="closed">
          <p>{texts.storeClosed}</p>
          {next && (
            <button
              type="button"
              class="button button-quiet"
              onClick={() => {
                // The button goes with the message.
                focusMain();
                onChange({ day: dayOf(next, store.timeZone), slotId: "" });
              }}
            >
              {texts.nextPickup(moment(next))}
            </button>
          )}
          {opens && (
            <span class="button button-quiet" style={{ visibility: "hidden" }}>
              {texts.nextPickup(moment(opens))}
            </span>
          )}
        </div>
      )}
      {refusals.some(({ kind }) => kind === "slot-full") && (
        <p class="cart-refusal" role="alert">
          {texts.slotTaken}
        </p>
      )}
      {refusals.some(({ kind }) => kind === "later") && (
        <p class="cart-refusal" role="alert">
          {texts.readyLater}
        </p>
      )}
    </fieldset>
  );
}

function Slots({ store, pickup, onChange, texts, locale, now }: Given & { now: Date }) {
  const zone = store.timeZone;
  const { data, failure, loading, reload } = useQuery(PickupSlotsDocument, {
    storeId: store.id,
    day: pickup.day,
  });
  const slots = loading && !data ? undefined : data?.pickupSlots;
  const mine = slots?.filter(({ start }) => dayOf(new Date(start), zone) === pickup.day);
  const free = mine?.find(({ full }) => !full)?.id ?? "";
  const known = mine?.some(({ id }) => id === pickup.slotId);
  // The day that was chosen last, which may be shown only after the effect below has run once more.
  const wanted = useRef(pickup.day);
  wanted.current = pickup.day;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list has a new first free slot.
  useEffect(() => {
    if (wanted.current !== pickup.day) return;
    if (!loading && !known && free) onChange({ day: pickup.day, slotId: free });
  }, [loading, known, free, pickup.day]);
  const clock = dateFormat(locale, { timeStyle: "short", timeZone: zone });
  const days = daysFrom(now, zone, DAYS);
  return (
    <div class="pickup-slot">
      <label class="field-label">
        {texts.day}
        <select
          class="field"
          data-testid="pickup-day"
          value={pickup.day}
          onChange={({ currentTarget: { value: day } }) => {
            wanted.current = day;
            onChange({ day, slotId: "" });
          }}
        >
          {days.map((day) => (
            <option key={day} value={day}>
              {describeDay(day, locale)}
            </option>
          ))}
        </select>
      </label>
      {mine && mine.length > 0 && (
        <label class="field-label">
          {texts.time}
          <select
            class="field"
            data-testid="pickup-slot"
            value={pickup.slotId}
            onChange={(event) => onChange({ day: pickup.day, slotId: event.currentTarget.value })}
          >
            {mine.map(({ id, start, full }) => (
              <option key={id} value={id} disabled={full}>
                {full
                  ? texts.slotFull(clock.format(new Date(start)))
                  : clock.format(new Date(start))}
              </option>
            ))}
          </select>
        </label>
      )}
      {mine?.length === 0 && !loading && <p class="pickup-none">{texts.noSlots}</p>}
      {failure && <FailureNotice failure={failure} retry={reload} />}
    </div>
  );
}

interface RadioGiven {
  checked: boolean;
  onChoose: () => void;
  label: string;
  hint?: string;
  testId: string;
}

function Radio({ checked, onChoose, label, hint = "", testId }: RadioGiven) {
  return (
    <label class="choice">
      <input
        type="radio"
        name="pickup"
        data-testid={testId}
        checked={checked}
        onChange={onChoose}
      />
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}
