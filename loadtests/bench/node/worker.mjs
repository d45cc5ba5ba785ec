// A Node subject's process: the same orders and answers as loadtests/bench/worker.py.
import { createInterface } from "node:readline";
import { memory } from "./memory.mjs";

const [, , name] = process.argv;
const { openSubject } = await import(`./${name}.mjs`);
const subject = await openSubject();

// User and system time of all threads, in nanoseconds; the kernel counts microseconds.
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

let prepared = [];
const orders = {
  async answer({ scenario, stores }) {
    const [call] = await subject.calls(scenario, stores);
    return subject.answer(await call());
  },
  async prepare({ scenario, stores }) {
    prepared = await subject.calls(scenario, stores);
    return { count: prepared.length };
  },
  async run() {
    const wall = process.hrtime.bigint();
    const start = cpu();
    let returned;
    for (const call of prepared) returned = await call();
    const spent = cpu() - start;
    const elapsed = Number(process.hrtime.bigint() - wall);
    return {
      count: prepared.length,
      cpu_ns: spent,
      wall_ns: elapsed,
      bytes: Buffer.byteLength(subject.answer(returned).body),
      collections: null,
      ...memory(),
    };
  },
  // The kernel's count of CPU time is too coarse here for a single call.
  async quantiles() {
    return { p50_us: null, p99_us: null };
  },
  // V8 has no count of what one call allocates that does not cost more than the call.
  async allocations() {
    return { peak_bytes: null, kept_bytes: null };
  },
};

const write = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
write({ ready: name });
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  write(await orders[order.do](order));
}
