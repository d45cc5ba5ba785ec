// Japanese texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "スタッフ",
  home: "概要",
  board: "注文",
  stock: "在庫",
  prices: "価格",
  hours: "営業時間",
  figures: "集計",
  office: "本部",
  ops: "運用",
  pages: "スタッフ用ページ",

  signInTitle: "スタッフのログイン",
  signInIntro: "専用のページでログインし、その後ここに戻ります。",
  signIn: "ログイン",
  signingIn: "ログインしています…",
  noPool: "このサイトではログインが設定されていません。",
  refused: "ログインが拒否されました。もう一度お試しください。",
  stale: "このログインは使用済みか、別のタブで始められたものです。もう一度ログインしてください。",
  unreachable: "現在ログインできません。すでにログインしている方は作業を続けられます。",
  signInNoNetwork:
    "この端末はネットワークにつながっていません。ログインにはネットワークが必要です。つながり次第、ここでログインできます。",
  signInNoAnswer: "現在サービスが応答していません。応答があり次第、ここでログインできます。",
  ended: "セッションが終了しました。もう一度ログインしてください。",
  accountsHint: "ローカルクラウドでは、次のコマンドでログインできる人とパスワードを表示します:",
  development: "ローカルクラウドのトークンを使う",
  token: "スタッフ用トークン",
  tokenHint: "次のコマンドで表示されます:",
  useToken: "トークンを使う",

  unreached: "現在サービスに接続できません。応答があり次第、このページは自動的に再開します。",
  noNetwork:
    "現在この端末はネットワークにつながっていません。つながり次第、このページは自動的に再開します。",
  forbidden:
    "このアカウントには、ここでこれを行える役割がありません。店長または本部に依頼してください。",
  yourRoles: "あなたの役割",
  noRoles: "まだ役割がありません。店長または本部に依頼してください。",
  wholeChain: "チェーン全体",
  roles: {
    TILL: "レジ",
    MANAGER: "店長",
    EDITOR: "編集",
    ADMIN: "管理者",
    OPERATOR: "運用担当",
  },
  yourStores: "担当店舗",
  anotherStore: "別の店舗を開く",
  storeNumber: "店舗番号",
  open: "開く",

  signOut: "ログアウト",
  leave: "このページにはまだ保存されていない内容があり、失われます。移動しますか?",
  stepsWait: (n) =>
    `まだ送信されていないボードの操作: ${n}件。再度サインインするまでこの端末に残り、ほかの人には送信されません。サインアウトしますか?`,
  signOutEverywhere: "すべての端末でログアウト",
  everywhereHint:
    "ほかのブラウザーは新しいセッションを得られません。開いているものは1時間以内に終了します。",
  everywhereFailed:
    "現在ログインサービスに接続できないため、何も変更されていません。後でもう一度お試しください。",
};
