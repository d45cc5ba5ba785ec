// Why a page of staff has nothing to show. Where only another role helps, it says whom to ask, and offers no attempt.
import type { Failure } from "../graphql/failure.ts";
import { FailureNotice } from "../shell/notice.tsx";
import { useAccountTexts } from "./account/texts/use-account-texts.ts";
import { isForbidden } from "./refused-token.ts";

export function StaffFailure({ failure, retry }: { failure: Failure; retry: () => void }) {
  const texts = useAccountTexts();
  if (!isForbidden(failure)) return <FailureNotice failure={failure} retry={retry} />;
  return (
    <p class="staff-wrong" role="alert" data-testid="forbidden">
      {texts.forbidden}
    </p>
  );
}

interface PageGiven {
  /** Of the page, which has nothing else to show. */
  title: string;
  failure: Failure;
  retry: () => void;
}

/** A page of staff that has nothing to show yet: its heading, and why. */
export const StaffPageFailure = ({ title, failure, retry }: PageGiven) => (
  <div class="wide staff-home">
    <h1>{title}</h1>
    <StaffFailure failure={failure} retry={retry} />
  </div>
);
