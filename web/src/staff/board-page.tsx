// The order board of a store for its staff: signing in, then the board.
import { useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { navigate, staffPath } from "../routing.ts";
import { usePageHead } from "../shell/page-head.ts";
import { allowSound } from "./chime.ts";
import { OrderBoard, type Refused } from "./order-board.tsx";
import { keepToken, readToken } from "./session.ts";
import type { BoardTexts } from "./texts/board-texts.ts";
import { useBoardTexts } from "./texts/use-board-texts.ts";
import "../styles/board.css";

export function BoardPage({ id }: { id: string }) {
  const texts = useBoardTexts();
  const { say } = useLanguage();
  const [token, setToken] = useState(readToken);
  const [refused, setRefused] = useState<Refused>();
  usePageHead({ title: texts.title });
  if (id && token && !refused) {
    return (
      <OrderBoard
        key={`${id} ${token}`}
        storeId={id}
        token={token}
        texts={texts}
        onRefused={setRefused}
        onSignOut={() => {
          keepToken("");
          setToken("");
        }}
      />
    );
  }
  const wrong = {
    token: texts.badToken,
    store: texts.wrongStore,
    unknown: say.notFound,
    none: "",
  }[refused ?? "none"];
  return (
    <SignIn
      storeId={id}
      wrong={wrong}
      texts={texts}
      onSignIn={(storeId, given) => {
        keepToken(given);
        setToken(given);
        setRefused(undefined);
        allowSound();
        navigate(staffPath(storeId), true);
      }}
    />
  );
}

interface SignInGiven {
  storeId: string;
  /** Why the last token was not taken; empty at first. */
  wrong: string;
  texts: BoardTexts;
  onSignIn: (storeId: string, token: string) => void;
}

function SignIn({ storeId, wrong, texts, onSignIn }: SignInGiven) {
  const [store, setStore] = useState(storeId);
  return (
    <form
      class="wide board-sign-in"
      data-testid="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get("token");
        onSignIn(store.trim(), String(token).trim());
      }}
    >
      <h1>{texts.title}</h1>
      <label class="board-label">
        {texts.storeNumber}
        <input
          class="board-field"
          name="store"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={store}
          onInput={(event) => setStore(event.currentTarget.value)}
        />
      </label>
      <label class="board-label">
        {texts.token}
        <input class="board-field" type="password" name="token" required autocomplete="off" />
      </label>
      <p>
        {texts.tokenHint} <code>carte token --role store:{store || "ID"}:manager</code>
      </p>
      {wrong && (
        <p class="board-wrong" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="button">
        {texts.open}
      </button>
    </form>
  );
}
