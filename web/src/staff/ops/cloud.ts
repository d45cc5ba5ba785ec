// What CloudWatch says of a deployment's regions, in the form of the charts and cards of a local cloud.
import type { CarteSender } from "../../../clients/carte.ts";
import { OperationsDocument, type OperationsQuery } from "../../generated/ops.ts";
import { latestAnswer } from "../../graphql/answer.ts";
import { request } from "../../graphql/client.ts";
import type { Reading } from "../../graphql/use-polling.ts";
import { type History, latest, type RegionColumns, type Span } from "./history.ts";

export type CloudFigures = OperationsQuery["operations"];
export type CloudRegion = CloudFigures["regions"][number];
type Step = CloudRegion["steps"][number];

/** Figures, and the time for which they were requested. */
export interface CloudReading {
  span: Span;
  figures: CloudFigures;
}

export async function readCloud(
  span: Span,
  send: CarteSender,
  signal: AbortSignal,
): Promise<Reading<CloudReading>> {
  const outcome = await request(OperationsDocument, { minutes: span }, { send, signal });
  if (outcome.answer) latestAnswer.set(outcome.answer);
  return outcome.ok ? { ok: true, data: { span, figures: outcome.data.operations } } : outcome;
}

/** All regions have the same steps; one of which no region has a figure counts as not observed. */
export function cloudHistory({ span, figures }: CloudReading): History {
  const { regions, stepSeconds } = figures;
  const steps = regions[0]?.steps ?? [];
  const at = steps.map((step) => Date.parse(step.at) / 1000);
  return {
    now: (at.at(-1) ?? 0) + (steps.at(-1)?.seconds ?? 0),
    minutes: span,
    step_seconds: stepSeconds,
    at,
    seconds: steps.map(({ seconds }, index) =>
      regions.some((region) => hasFigures(region.steps[index])) ? seconds : 0,
    ),
    regions: Object.fromEntries(regions.map(({ region, steps }) => [region, columnsOf(steps)])),
    events: [],
  };
}

const hasFigures = (step: Step | undefined): boolean =>
  step !== undefined && (step.requests ?? step.p99Ms ?? step.replicationLagMs) !== null;

const columnsOf = (steps: readonly Step[]): RegionColumns => ({
  requests: steps.map(({ requests }) => requests),
  failed: steps.map(({ errors }) => errors),
  p50: steps.map(({ p50Ms }) => p50Ms),
  p95: steps.map(({ p95Ms }) => p95Ms),
  p99: steps.map(({ p99Ms }) => p99Ms),
  lag: steps.map(({ replicationLagMs: ms }) => (ms === null ? null : ms / 1000)),
  repairs: steps.map(({ repairs }) => repairs),
  orders: steps.map(({ orderSteps }) => orderSteps),
  // CloudWatch does not know these.
  answers: [],
  hits: [],
  state: [],
});

/** Requests a second in the latest step that has a number; undefined: none has. */
export const latestRate = ({ steps }: CloudRegion): number | undefined =>
  latest(steps.map(({ requests, seconds }) => (requests === null ? null : requests / seconds)));
