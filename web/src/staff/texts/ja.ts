// Japanese texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "注文ボード",

  waiting: "新規",
  making: "調理中",
  ready: "できあがり",
  done: "完了",
  nothing: "注文はありません",
  loading: "注文を読み込んでいます…",
  nothingKept:
    "この端末はネットワークにつながっておらず、この店舗の注文も保存されていません。つながりしだい自動的に表示されます。",
  nothingAnswered:
    "サービスが正常に応答せず、この端末にはこの店舗の注文も保存されていません。応答がありしだい自動的に表示されます。",
  nothingToday: "今日の注文はありません。ほかの日を確認しています…",
  accept: "受ける",
  approve: "承認して受ける",
  reject: "断る",
  markReady: "できあがり",
  collected: "受け渡し済み",
  print: "印刷",
  large: "大口注文",
  pickupAt: (time) => `受け取り ${time}`,
  answerBy: (time) => `${time}までに返事`,
  payment: {
    UNPAID: (t) => `未払い、代金を受け取る ${t}`,
    AT_STORE: (t) => `お支払い ${t}`,
    PENDING: (t) => `カード確認待ち ${t}`,
    AUTHORIZED: (t) => `カード仮押さえ ${t}`,
    DECLINED: (t) => `カード拒否 ${t}`,
    CHARGED: (t) => `支払い済み ${t}`,
    PARTLY_REFUNDED: (t) => `支払い済み（一部返金） ${t}`,
    REFUNDED: (t) => `返金済み ${t}`,
    RELEASED: (t) => `請求なし ${t}`,
  },
  unsent: "未送信",

  why: "用意できない理由（お客様に表示されます）",
  reasons: ["売り切れの商品があります。", "ただいま混み合っています。", "本日は早めに閉店します。"],
  rejectSend: "注文を断る",
  back: "戻る",

  soundOn: "音はオンです",
  soundOff: "音はオフです",
  soundBlocked: "次に画面に触れると音が出ます",
  live: "接続中",
  notConnected: "未接続",
  offline: (time) =>
    `${time}からサービスが正常に応答していません。操作は続けられます。戻りしだい送信します。`,
  noNetwork: (time) =>
    `この端末は${time}からネットワークにつながっていません。操作は続けられます。つながりしだい送信します。`,
  blocked: (status) =>
    `この端末とサービスの間にあるもの（ファイアウォールや、ログインが必要なネットワークなど）がリクエストを拒否しています（${status}）。`,
  keptOrders: (time: string, ago: string) =>
    `${time}時点（${ago}）の注文です。お客様のお名前と電話番号はこの端末には保存されません。`,
  waitingToSend: (n) => `${n}件が未送信です`,
  refused: "できなかった操作",
  changed: "接続がなかった間の変更",
  isNew: (code) => `${code}は新しい注文です`,
  isNow: (code, state) => `${code}：${state}`,
  notPossible: (code, step, state) =>
    `${code}：「${step}」${state && `。現在の注文の状態：${state}。`}`,
  seen: "確認しました",
  status: {
    PLACED: "返事待ち",
    AUTHORIZED: "返事待ち",
    DECLINED: "カード拒否",
    ACCEPTED: "調理中",
    READY: "できあがり",
    COLLECTED: "受け渡し済み",
    CANCELLED: "お客様がキャンセル",
    REJECTED: "お断り",
    EXPIRED: "返事がなく失効",
    REFUNDED: "返金済み",
  },
};
