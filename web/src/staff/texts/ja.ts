// Japanese texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "注文ボード",
  wrongStore: "あなたの役割はこの店舗のものではありません。",

  waiting: "新規",
  making: "調理中",
  ready: "できあがり",
  done: "完了",
  nothing: "注文はありません",
  loading: "注文を読み込んでいます…",
  nothingToday: "今日の注文はありません。ほかの日を確認しています…",
  accept: "受ける",
  approve: "承認して受ける",
  reject: "断る",
  markReady: "できあがり",
  collected: "受け渡し済み",
  large: "大口注文",
  pickupAt: (time) => `受け取り ${time}`,
  answerBy: (time) => `${time}までに返事`,
  toPay: (total) => `お支払い ${total}`,
  paid: (total) => `支払い済み ${total}`,
  unsent: "未送信",

  why: "用意できない理由（お客様に表示されます）",
  reasons: ["売り切れの商品があります。", "ただいま混み合っています。", "本日は早めに閉店します。"],
  rejectSend: "注文を断る",
  back: "戻る",

  soundOn: "音はオンです",
  soundOff: "音はオフです",
  soundBlocked: "次に画面に触れると音が出ます",
  live: "接続中",
  offline: (time) =>
    `${time}からサービスが正常に応答していません。操作は続けられます。戻りしだい送信します。`,
  blocked: (status) =>
    `この端末とサービスの間にあるもの（ファイアウォールや、ログインが必要なネットワークなど）がリクエストを拒否しています（${status}）。`,
  waitingToSend: (n) => `${n}件が未送信です`,
  changed: "サービスが応答しなかった間の変更",
  isNew: (code) => `${code}は新しい注文です`,
  isNow: (code, state) => `${code}：${state}`,
  notPossible: (code, state) => `${code}：すでにできませんでした。${state}。`,
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
