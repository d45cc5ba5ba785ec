// The order board of a store for its staff.
import { useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { usePageHead } from "../shell/page-head.ts";
import type { Staff } from "./account/staff.ts";
import { useAccountTexts } from "./account/texts/use-account-texts.ts";
import { OrderBoard, type Refused } from "./order-board.tsx";
import { sessionEnded } from "./session/session.ts";
import { useBoardTexts } from "./texts/use-board-texts.ts";
import "../styles/board.css";

export function BoardPage({ storeId, staff }: { storeId: string; staff: Staff }) {
  const texts = useBoardTexts();
  const { forbidden } = useAccountTexts();
  const { say } = useLanguage();
  const [refused, setRefused] = useState<Refused>();
  usePageHead({ title: texts.title });
  if (!refused) {
    return (
      <OrderBoard
        key={storeId}
        storeId={storeId}
        subject={staff.id}
        send={staff.send}
        texts={texts}
        onRefused={(why) => (why === "token" ? sessionEnded() : setRefused(why))}
      />
    );
  }
  return (
    <div class="wide staff-home">
      <h1>{texts.title}</h1>
      <p class="staff-wrong" role="alert" data-testid="board-refused">
        {refused === "store" ? forbidden : say.notFound}
      </p>
    </div>
  );
}
