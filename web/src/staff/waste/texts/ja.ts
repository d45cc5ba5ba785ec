// Japanese texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "廃棄する",
  piecesOf: (item) => `廃棄した${item}の数`,
  why: "理由",
  reasons: { EXPIRED: "期限切れ", DAMAGED: "破損", MISTAKE: "作り間違い", OTHER: "その他" },
  when: "いつ",
  today: "今日",
  yesterday: "昨日",
  record: "記録する",
  wrongPieces: (most) => `1～${most}の整数を、半角数字（0～9）だけで入力してください。`,
  noReason: "理由を選んでください。",
  moreThanLeft: (left, pieces) =>
    `残りは${left}個だけです。${pieces}個を記録するには、もう一度押してください。`,
  recorded: (pieces, item) => `廃棄として記録しました: ${item} × ${pieces}`,
  takeBack: "取り消す",
  takenBack: (pieces, item) =>
    `取り消しました: ${pieces} × ${item}。集計からは除かれます。在庫数は変わりませんので、数え直してください。`,
  notTakenBack: "取り消せませんでした。もう一度お試しください。",
  list: "廃棄の記録一覧",
  lineOf: (pieces, item) => `${item} × ${pieces}`,
  backSure: (what) => `${what} の記録を取り消しますか？ 集計から除かれます。`,
  backYes: "はい、取り消します",
  backNo: "いいえ",
  isBack: "取消済み",
  moreThanListed: "この日の記録は多すぎて、すべては表示できません。",

  waste: "廃棄",
  about:
    "スタッフが廃棄として記録したものです。金額はその時のメニューの価格です。記録は400日間保存されます。",
  none: "廃棄の記録はありません。",
  value: "金額",
  pieces: "個数",
  piecesText: (n) => `個数: ${n}`,
  byDay: "日ごとの廃棄",
  byItem: "商品ごとの廃棄",
  incomplete: (days) =>
    `不完全: ${days}。一度に読める数より記録が多いか、別の通貨の価格があります。`,
  chosen: "選んだ店舗の廃棄",
  csvDays: "日ごとの廃棄の CSV",
  csvItems: "商品ごとの廃棄の CSV",
  csvStores: "廃棄の CSV",
};
