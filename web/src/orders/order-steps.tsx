// How far an order has come, as a row of four steps.
import type { OrderStatus } from "../generated/orders.ts";
import { Icon } from "../shell/icon.tsx";
import type { OrderTexts } from "./texts/order-texts.ts";

const REACHED: Partial<Record<OrderStatus, number>> = {
  PLACED: 0,
  AUTHORIZED: 0,
  DECLINED: 0,
  ACCEPTED: 1,
  READY: 2,
  COLLECTED: 3,
};

export function OrderSteps({ status, texts }: { status: OrderStatus; texts: OrderTexts }) {
  const reached = REACHED[status] ?? -1;
  const steps = [texts.placedStep, texts.acceptedStep, texts.readyStep, texts.collectedStep];
  return (
    <ol class="order-steps" aria-label={texts.steps}>
      {steps.map((step, at) => (
        <li
          key={step}
          class={at <= reached ? "order-step order-step-done" : "order-step"}
          aria-current={at === reached ? "step" : undefined}
        >
          <span class="order-step-mark">{at <= reached && <Icon name="check" />}</span>
          {step}
        </li>
      ))}
    </ol>
  );
}
