// What stands where a page has nothing to show: failures, empty lists, wrong addresses.
import type { ComponentChildren } from "preact";
import { type Failure, statusInFront } from "../graphql/failure.ts";
import { useLanguage } from "../i18n/language.ts";
import type { Messages } from "../i18n/messages.ts";
import { Icon } from "./icon.tsx";
import { usePageHead } from "./page-head.ts";
import { focusMain } from "./use-kept-focus.ts";

/** The message for a failure, in the language of the interface. */
export function failureText(failure: Failure, say: Messages): string {
  switch (failure.kind) {
    case "network":
      return say.networkFailure;
    case "timeout":
      return say.timeoutFailure;
    case "http":
      // A network or a firewall answered in place of the service, unless it gets too many requests.
      return statusInFront(failure) && failure.status !== 429
        ? `${say.networkFailure} (${failure.status})`
        : say.httpFailure(failure.status);
    case "graphql":
      return say.serviceFailure;
  }
}

export function FailureNotice({ failure, retry }: { failure: Failure; retry: () => void }) {
  const { say } = useLanguage();
  return (
    <div class="notice notice-failure" role="alert" data-testid="failure">
      <Icon name="alert" />
      <p>{failureText(failure, say)}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          // The button goes with the message: the focus must not fall out of the page.
          focusMain();
          retry();
        }}
      >
        {say.retry}
      </button>
    </div>
  );
}

export function EmptyNotice({ children }: { children: ComponentChildren }) {
  return (
    <div class="notice">
      <EmptyPlate />
      {children}
    </div>
  );
}

export function NothingHere() {
  const { say } = useLanguage();
  usePageHead({ title: say.pageNotFound });
  return (
    <div class="wide">
      <EmptyNotice>
        <h1>{say.pageNotFound}</h1>
        <a class="button" href="/">
          {say.findStore}
        </a>
      </EmptyNotice>
    </div>
  );
}

function EmptyPlate() {
  return (
    <svg class="empty-plate" viewBox="0 0 120 80" aria-hidden="true" focusable="false">
      <ellipse cx="60" cy="52" rx="54" ry="18" class="plate-rim" />
      <ellipse cx="60" cy="49" rx="36" ry="11" class="plate-well" />
      <g class="plate-crumbs">
        <circle cx="48" cy="49" r="2.5" />
        <circle cx="63" cy="52" r="1.8" />
        <circle cx="71" cy="47" r="2.2" />
        <circle cx="56" cy="45" r="1.4" />
      </g>
    </svg>
  );
}
