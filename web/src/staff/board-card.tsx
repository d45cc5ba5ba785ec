// One order on the board: what to make, for whom, until when, and the next step as a large button.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { describeMoment } from "../formatting/hours.ts";
import { formatMoney } from "../formatting/money.ts";
import { useLanguage } from "../i18n/language.ts";
import { shortCode } from "../orders/order-id.ts";
import { focusIsLost } from "../shell/use-kept-focus.ts";
import type { BoardOrder, StepKind } from "./board-state.ts";
import { RejectForm } from "./reject-form.tsx";
import type { BoardTexts } from "./texts/board-texts.ts";
import type { BoardContact } from "./use-contacts.ts";

interface Given {
  order: BoardOrder;
  unsent: boolean;
  contact: BoardContact | undefined;
  now: Date;
  timeZone: string;
  locale: string;
  texts: BoardTexts;
  nameOf: (itemId: string) => string;
  onStep: (orderId: string, kind: StepKind, reason?: string) => void;
}

export function BoardCard(given: Given) {
  const { order, unsent, contact, now, timeZone, locale, texts, nameOf, onStep } = given;
  const { code } = useLanguage();
  const [rejecting, setRejecting] = useState(false);
  const card = useRef<HTMLElement>(null);
  const wasRejecting = useRef(false);
  useLayoutEffect(() => {
    // The form goes with the focus in it. The card gets it: a key that is held down presses no step.
    if (wasRejecting.current && !rejecting && focusIsLost()) card.current?.focus();
    wasRejecting.current = rejecting;
  }, [rejecting]);
  const { id, status } = order;
  const total = formatMoney(order.total.amountMinor, order.total.currency, locale);
  const [pickup, until] = [new Date(order.pickupAt), new Date(order.acceptBy)];
  // The service takes one a little later, too; but the guest comes for the order.
  const answer = now < pickup && pickup < until ? pickup : until;
  const isWaiting = status === "PLACED" || status === "AUTHORIZED";
  const approved = order.events.some(({ kind, holds }) => kind === "APPROVED" && holds);
  return (
    <article
      ref={card}
      tabIndex={-1}
      class="board-card"
      data-testid="board-order"
      data-order={id}
      data-status={status}
      aria-label={shortCode(id)}
    >
      <p class="board-card-head">
        <b>{shortCode(id)}</b>
        <span>{contact?.name}</span>
        {order.needsApproval && <span class="board-large">{texts.large}</span>}
        {unsent && <span class="board-unsent">{texts.unsent}</span>}
      </p>
      <p class="board-pickup">{texts.pickupAt(describeMoment(pickup, now, timeZone, locale))}</p>
      <ul class="board-lines">
        {order.lines.map(({ itemId, quantity }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an order may name an item twice, and its lines stay.
          <li key={at}>
            <b>{quantity.toLocaleString(code)}</b> {nameOf(itemId)}
            {contact?.lineNotes
              .filter(({ line }) => line === at)
              .map(({ note }) => (
                <p key={note} class="board-note">
                  {note}
                </p>
              ))}
          </li>
        ))}
      </ul>
      <p class="board-facts">
        <span data-testid="board-payment">{texts.payment[order.payment.state](total)}</span>
        {contact?.phone && <a href={`tel:${contact.phone}`}>{contact.phone}</a>}
        {isWaiting && (
          <span>{texts.answerBy(describeMoment(answer, now, timeZone, locale, pickup))}</span>
        )}
      </p>
      {rejecting ? (
        <RejectForm
          texts={texts}
          onBack={() => setRejecting(false)}
          onReject={(reason) => {
            setRejecting(false);
            onStep(id, "reject", reason);
          }}
        />
      ) : (
        <div class="board-acts">
          {isWaiting && (
            <BigButton
              label={order.needsApproval && !approved ? texts.approve : texts.accept}
              id={id}
              onPress={() => onStep(id, order.needsApproval && !approved ? "approve" : "accept")}
            />
          )}
          {status === "ACCEPTED" && (
            <BigButton label={texts.markReady} id={id} onPress={() => onStep(id, "ready")} />
          )}
          {status === "READY" && (
            <BigButton label={texts.collected} id={id} onPress={() => onStep(id, "collect")} />
          )}
          {(isWaiting || status === "ACCEPTED") && (
            <button
              type="button"
              class="button button-quiet board-reject"
              onClick={() => setRejecting(true)}
            >
              {texts.reject}
              <span class="visually-hidden"> {shortCode(id)}</span>
            </button>
          )}
          <button
            type="button"
            class="text-button board-print"
            data-testid="print-order"
            onClick={() => printAlone(card.current)}
          >
            {texts.print}
            <span class="visually-hidden"> {shortCode(id)}</span>
          </button>
        </div>
      )}
    </article>
  );
}

/** Print one order as a ticket for the kitchen: `print.css` leaves out what has no mark beside one that has. */
function printAlone(card: HTMLElement | null): void {
  if (!card) return;
  card.dataset.printed = "";
  addEventListener("afterprint", () => delete card.dataset.printed, { once: true });
  window.print();
}

interface BigButtonGiven {
  label: string;
  id: string;
  onPress: () => void;
}

function BigButton({ label, id, onPress }: BigButtonGiven) {
  return (
    <button
      type="button"
      class="button board-step"
      data-testid="next-step"
      // The second click of a double click hits the order that moved up to this place.
      onClick={({ detail }) => detail < 2 && onPress()}
    >
      {label}
      <span class="visually-hidden"> {shortCode(id)}</span>
    </button>
  );
}
