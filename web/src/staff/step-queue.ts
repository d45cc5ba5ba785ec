// Steps that staff pressed: kept until they are answered, also over a reload and without a network.
//
// Tabs with the board of the same person share them: each shows the steps of all, so that none is pressed twice, and each
// sends them until one has the answer, which it tells the others. What two tabs send at once has one effect: its id is one.
import type { CarteSender } from "../../clients/carte.ts";
import { type Cell, cell } from "../cell.ts";
import {
  AcceptOrderDocument,
  ApproveOrderDocument,
  MarkOrderCollectedDocument,
  MarkOrderReadyDocument,
  type OrderStatus,
  RejectOrderDocument,
} from "../generated/board.ts";
import { type Failure, type Outcome, request } from "../graphql/client.ts";
import { isRefusedInFront } from "../graphql/failure.ts";
import { callAfter, callLater } from "../graphql/recovery.ts";
import { keep, readKept, whenKeptElsewhere } from "../kept-in-browser.ts";
import type { Step, StepKind } from "./board-state.ts";
import { isRefusal, isRefusedToken } from "./refused-token.ts";

/** What became of a step: where the order stands now, and whether the step was refused. */
export interface StepResult {
  step: Step;
  status: OrderStatus | undefined;
  refused: boolean;
}

export interface StepQueue {
  /** Steps without an answer, in the order in which they were pressed. */
  waiting: Cell<readonly Step[]>;
  /** Why the first of them was not answered when it was sent last; undefined: it was, or is sent for the first time. */
  trouble: Cell<Failure | undefined>;
  /** Send a step after those that wait. */
  press: (step: Step) => void;
  stop: () => void;
}

interface Options {
  storeId: string;
  /** The `sub` of the person who presses: each person's steps are sent with that person's token only. */
  subject: string;
  send: CarteSender;
  onAnswer: (result: StepResult) => void;
  /** The service refuses the token: the steps wait for another one. */
  onRefusedToken: (failure: Failure) => void;
}

/** What one tab tells the others of an answer. */
const isResult = (value: unknown): value is StepResult => {
  const { step, status, refused } = (value ?? {}) as Partial<StepResult>;
  return (
    areSteps([step]) &&
    (status === undefined || typeof status === "string") &&
    typeof refused === "boolean"
  );
};

/** How long another tab has to have its steps answered, in milliseconds: longer than that takes as a rule. */
const OTHERS_MS = 4000;
const PREFIX = "carte.board.";
const keyOf = (storeId: string, subject: string) => `${PREFIX}${storeId}.${subject}`;

/** How many steps of a person wait on this device, on the boards of all stores. */
export function waitingSteps(subject: string): number {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX) && key.endsWith(`.${subject}`))
      .reduce((sum, key) => sum + (readKept(key, areSteps)?.length ?? 0), 0);
  } catch {
    return 0;
  }
}

export function stepQueue(options: Options): StepQueue {
  const { storeId, subject, send, onAnswer, onRefusedToken } = options;
  const key = keyOf(storeId, subject);
  const waiting = cell<readonly Step[]>(readKept(key, areSteps) ?? []);
  const trouble = cell<Failure | undefined>(undefined);
  const change = (changed: (steps: readonly Step[]) => readonly Step[]) => {
    // Another tab with the same board keeps its steps under the same key.
    const kept = changed(readKept(key, areSteps) ?? []);
    keep(key, kept.length > 0 ? kept : undefined);
    waiting.set(changed(waiting.get()));
  };
  const isWaiting = ({ operationId }: Step) =>
    waiting.get().some((one) => one.operationId === operationId);
  /** Take up what other tabs keep. What they had answered they say: a step that is not kept any more may be lost. */
  const adopt = () => {
    const more = (readKept(key, areSteps) ?? []).filter((step) => !isWaiting(step));
    if (more.length > 0) waiting.set([...waiting.get(), ...more]);
  };
  let running = false;
  let sending = false;
  let stopped = false;
  let cancel = () => {};

  const run = async (failures: number): Promise<void> => {
    const [step] = waiting.get();
    running = step !== undefined && !stopped;
    if (!step || stopped) return;
    sending = true;
    const outcome = await sendStep(step, send);
    sending = false;
    if (stopped) return;
    // Another tab had the answer meanwhile.
    if (!isWaiting(step)) return goOn();
    if (!outcome.ok && isRefusedToken(outcome.failure)) {
      running = false;
      onRefusedToken(outcome.failure);
      return;
    }
    // Whatever is no answer of the service itself, such as a firewall's, leaves the step in the queue.
    if (!outcome.ok && !isRefusal(outcome.failure)) {
      trouble.set(outcome.failure);
      // It may be this step that something in front of the service refuses: those of other orders go before it.
      if (isRefusedInFront(outcome.failure)) change((steps) => behind(steps, step.orderId));
      cancel = callAfter(outcome.failure, failures, () => run(failures + 1));
      return;
    }
    trouble.set(undefined);
    change((steps) => steps.filter(({ operationId }) => operationId !== step.operationId));
    const order = outcome.ok ? outcome.data.order : null;
    const refused = !outcome.ok || outcome.data.errors.length > 0;
    const result: StepResult = { step, status: order?.status, refused };
    channel?.postMessage(result);
    onAnswer(result);
    await run(0);
  };
  const goOn = () => {
    trouble.set(undefined);
    return run(0);
  };
  const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(key);
  channel?.addEventListener("message", ({ data }) => {
    if (!isResult(data) || !isWaiting(data.step)) return;
    change((steps) => steps.filter(({ operationId }) => operationId !== data.step.operationId));
    onAnswer(data);
    if (sending) return;
    // The service answers: what waits here is not left to its pause.
    cancel();
    void goOn();
  });
  const unfollow = whenKeptElsewhere((isChanged) => {
    if (!isChanged(key)) return;
    adopt();
    // The tab in which it was pressed is sending it.
    if (running || waiting.get().length === 0) return;
    cancel();
    cancel = callLater(OTHERS_MS, () => run(0));
  });
  if (waiting.get().length > 0) void run(0);
  return {
    waiting,
    trouble,
    press(step) {
      // A tab that was frozen has not heard of the others' steps.
      adopt();
      const double = waiting
        .get()
        .some(({ orderId, kind }) => orderId === step.orderId && kind === step.kind);
      if (double) return;
      change((steps) => [...steps, step]);
      if (running) return;
      cancel();
      void run(0);
    },
    stop() {
      stopped = true;
      cancel();
      unfollow();
      channel?.close();
    },
  };
}

/** The steps of an order behind those of all others, each order's in the order in which they were pressed. */
const behind = (steps: readonly Step[], orderId: string): readonly Step[] => [
  ...steps.filter((one) => one.orderId !== orderId),
  ...steps.filter((one) => one.orderId === orderId),
];

interface Answered {
  order: { id: string; status: OrderStatus } | null;
  errors: readonly unknown[];
}

async function sendStep(step: Step, send: CarteSender): Promise<Outcome<Answered>> {
  const { operationId, orderId, reason } = step;
  const input = { operationId, orderId };
  const options = { send };
  switch (step.kind) {
    case "accept":
      return payload(await request(AcceptOrderDocument, { input }, options), "acceptOrder");
    case "reject": {
      const why = { input: { ...input, reason } };
      return payload(await request(RejectOrderDocument, why, options), "rejectOrder");
    }
    case "ready":
      return payload(await request(MarkOrderReadyDocument, { input }, options), "markOrderReady");
    case "collect":
      return payload(
        await request(MarkOrderCollectedDocument, { input }, options),
        "markOrderCollected",
      );
    case "approve": {
      const approved = await request(
        ApproveOrderDocument,
        { input: { ...input, approve: true } },
        options,
      );
      if (!approved.ok) return approved;
      // Another step with an id of its own, made from this one's: the same whenever it is repeated.
      const accepted = { input: { operationId: `${operationId}-accept`, orderId } };
      return payload(await request(AcceptOrderDocument, accepted, options), "acceptOrder");
    }
  }
}

function payload<K extends string>(
  outcome: Outcome<Record<K, Answered>>,
  field: K,
): Outcome<Answered> {
  return outcome.ok ? { ...outcome, data: outcome.data[field] } : outcome;
}

const KINDS: readonly StepKind[] = ["approve", "accept", "reject", "ready", "collect"];

function areSteps(value: unknown): value is Step[] {
  return (
    Array.isArray(value) &&
    value.every(
      (step: Step | null) =>
        [step?.operationId, step?.orderId, step?.reason].every((one) => typeof one === "string") &&
        step !== null &&
        KINDS.includes(step.kind),
    )
  );
}
