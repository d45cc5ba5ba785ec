// Subscriptions over one WebSocket (graphql-transport-ws): connects again by itself, closes when nobody looks.
import { callLater, pauseBefore } from "./recovery.ts";

export interface LiveSubscription {
  query: string;
  variables: unknown;
  onNext: (data: unknown) => void;
  /** Called with true at the first state after a connection, with false when it is lost or was refused. */
  onConnected: (connected: boolean) => void;
}

type Socket = Pick<WebSocket, "send" | "close" | "readyState" | "onopen" | "onmessage" | "onclose">;

export interface LiveOptions {
  open?: (url: string, protocol: string) => Socket;
  /** Milliseconds from one ping to the next; API Gateway closes what is silent for ten minutes. */
  pingMs?: number;
  /** Milliseconds that the connection may stay without an answer to its initialisation or a ping. */
  pongMs?: number;
  /** Milliseconds that a subscription may wait for its first state; the service takes ten seconds at most. */
  firstMs?: number;
  /** Milliseconds after which the connection of a page that nobody looks at is closed. */
  hiddenMs?: number;
  pauseMs?: (repetition: number) => number;
}

const PROTOCOL = "graphql-transport-ws";
const OPEN = 1;
/** Messages of the service about a subscription. */
const ANSWERS: ReadonlySet<string> = new Set(["next", "error", "complete"]);
/** After the edge's address: the later ones lead past the nearest region. */
const PATHS = ["", "/next", "/third"] as const;

interface Refusal {
  extensions?: { code?: unknown; retryable?: unknown };
}

interface Message {
  type?: string;
  id?: string;
  payload?: { data?: unknown; errors?: unknown } | Refusal[];
}

export class LiveClient {
  #socket: Socket | undefined;
  #ready = false;
  #failures = 0;
  /** Faults of the service that ended subscriptions since it last sent a state. */
  #faults = 0;
  /** How to stop the repetition of each subscription that a fault ended. */
  readonly #repetitions = new Map<string, () => void>();
  /** The deadline of each subscription that has no answer yet. */
  readonly #unanswered = new Map<string, ReturnType<typeof setTimeout>>();
  #number = 0;
  readonly #subscriptions = new Map<string, LiveSubscription>();
  readonly #timing: Required<LiveOptions>;
  #stopWaiting = () => {};
  #alive: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly url: string,
    options: LiveOptions = {},
  ) {
    this.#timing = {
      open: (url, protocol) => new WebSocket(url, protocol),
      pingMs: 60_000,
      pongMs: 10_000,
      firstMs: 15_000,
      hiddenMs: 30_000,
      pauseMs: pauseBefore,
      ...options,
    };
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  /** Subscribe; returns how to end it. The connection is closed with the last subscription. */
  subscribe(subscription: LiveSubscription): () => void {
    const id = String(++this.#number);
    this.#subscriptions.set(id, subscription);
    if (this.#ready) this.#start(id, subscription);
    else if (!this.#socket) this.#connect();
    return () => {
      if (!this.#subscriptions.delete(id)) return;
      this.#forgetRepetition(id);
      this.#answered(id);
      if (this.#ready) this.#send({ id, type: "complete" });
      if (this.#subscriptions.size === 0) this.#close();
    };
  }

  #connect(): void {
    this.#stopWaiting();
    if (this.#subscriptions.size === 0 || this.#socket) return;
    const path = PATHS[this.#failures % PATHS.length] ?? PATHS[0];
    const socket = this.#timing.open(this.url + path, PROTOCOL);
    this.#socket = socket;
    socket.onopen = () => socket === this.#socket && this.#send({ type: "connection_init" });
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(String(data));
    socket.onclose = () => socket === this.#socket && this.#lost();
    // A handshake or an initialisation that is never answered counts like a ping that is not.
    this.#alive = setTimeout(() => this.#lost(), this.#timing.pongMs);
    this.#closeWhileHidden();
  }

  #receive(text: string): void {
    const message = parsed(text);
    if (typeof message.type !== "string") {
      // API Gateway says so where the service did not answer a message: whichever it was.
      this.#lost();
      return;
    }
    if (this.#ready || message.type === "connection_ack") {
      clearTimeout(this.#alive);
      this.#alive = setTimeout(() => this.#ping(), this.#timing.pingMs);
    }
    const subscription = this.#subscriptions.get(message.id ?? "");
    if (ANSWERS.has(message.type)) this.#answered(message.id ?? "");
    switch (message.type) {
      case "connection_ack":
        this.#ready = true;
        for (const [id, one] of this.#subscriptions) this.#start(id, one);
        break;
      case "ping":
        this.#send({ type: "pong" });
        break;
      case "next":
        this.#failures = 0;
        if (Array.isArray(message.payload) || message.payload?.errors || !message.payload?.data) {
          subscription?.onConnected(false);
          break;
        }
        this.#faults = 0;
        subscription?.onConnected(true);
        subscription?.onNext(message.payload.data);
        break;
      case "error":
        subscription?.onConnected(false);
        if (subscription && isFault(message.payload)) this.#repeat(message.id ?? "");
        break;
      case "complete":
        // It may be taken again by the next connection.
        subscription?.onConnected(false);
        break;
    }
  }

  /** Subscribe again after a pause: the service failed, not the subscription. */
  #repeat(id: string): void {
    this.#forgetRepetition(id);
    const stop = callLater(this.#timing.pauseMs(this.#faults++), () => {
      this.#repetitions.delete(id);
      const subscription = this.#subscriptions.get(id);
      if (subscription && this.#ready) this.#start(id, subscription);
    });
    this.#repetitions.set(id, stop);
  }

  #forgetRepetition(id: string): void {
    this.#repetitions.get(id)?.();
    this.#repetitions.delete(id);
  }

  #start(id: string, { query, variables }: LiveSubscription): void {
    this.#send({ id, type: "subscribe", payload: { query, variables } });
    this.#answered(id);
    this.#unanswered.set(
      id,
      setTimeout(() => this.#lost(), this.#timing.firstMs),
    );
  }

  #answered(id: string): void {
    clearTimeout(this.#unanswered.get(id));
    this.#unanswered.delete(id);
  }

  #ping(): void {
    this.#send({ type: "ping" });
    this.#alive = setTimeout(() => this.#lost(), this.#timing.pongMs);
  }

  #lost(): void {
    this.#close();
    for (const one of this.#subscriptions.values()) one.onConnected(false);
    this.#stopWaiting = callLater(this.#timing.pauseMs(this.#failures++), () => this.#connect());
  }

  #close(): void {
    clearTimeout(this.#alive);
    clearTimeout(this.#hidden);
    this.#stopWaiting();
    // The next connection starts all subscriptions.
    for (const id of [...this.#repetitions.keys()]) this.#forgetRepetition(id);
    for (const id of [...this.#unanswered.keys()]) this.#answered(id);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#ready = false;
    socket?.close(1000);
  }

  #seen(): void {
    clearTimeout(this.#hidden);
    if (document.visibilityState === "visible") this.#connect();
    else this.#closeWhileHidden();
  }

  #closeWhileHidden(): void {
    clearTimeout(this.#hidden);
    if (document.visibilityState === "visible") return;
    this.#hidden = setTimeout(() => {
      this.#close();
      for (const one of this.#subscriptions.values()) one.onConnected(false);
    }, this.#timing.hiddenMs);
  }

  #send(message: object): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** Whether an `error` is a fault of the service, so that the same subscription may be taken later. */
const isFault = (payload: Message["payload"]): boolean =>
  Array.isArray(payload) && payload.some(({ extensions }) => extensions?.retryable === true);

function parsed(text: string): Message {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return {};
  }
}

let shared: LiveClient | undefined;

/** The page's own client, at the address that the site came from. */
export function liveClient(): LiveClient {
  shared ??= new LiveClient(`${location.origin.replace(/^http/, "ws")}/graphql`);
  return shared;
}
