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
