// A cold start of a Node subject: from the first import to the first response.
import { readFileSync } from "node:fs";
import { memory } from "./memory.mjs";

const [, , name] = process.argv;
const [event] = JSON.parse(readFileSync(0, "utf8"));
const cpu = process.cpuUsage();
const wall = process.hrtime.bigint();
const { openSubject } = await import(`./${name}.mjs`);
const subject = await openSubject();
const answer = subject.answer(await subject.handler(event, {}));
const elapsed = Number(process.hrtime.bigint() - wall);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  `${JSON.stringify({
    statuses: [answer.status],
    body: answer.body,
    cpu_ns: (user + system) * 1000,
    wall_ns: elapsed,
    ...memory(),
    modules: null,
  })}\n`,
  () => process.exit(0),
);
