// Japanese texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "運用",
  asOf: (time) => `ライブ（${time}現在）`,
  lost: "現在エッジが応答していません。",
  elsewhere:
    "この環境の数値はCloudWatchにあります。ダッシュボード「carte」ですべてのリージョンを見られます。",
  healthy: "正常",
  unhealthy: "異常",
  drained: "切り離し中",
  rate: "リクエスト",
  requests: "開始からのリクエスト数",
  ownRequests: (seconds) =>
    `リクエスト数には、このページ自身の分も含まれます。${seconds}秒ごとに、他のリージョンからの受信状況を各リージョンに問い合わせています。`,
  inFlight: "処理中",
  wrong: "失敗したリクエスト",
  median: "ヘルスチェック（中央値）",
  slowest: "ヘルスチェック（95%）",
  lag: "他リージョンからの最終受信",
  checks: (n, failed) => `直近${n}回のヘルスチェック、失敗${failed}回`,
  drain: "切り離す",
  takeBack: "元に戻す",
  sure: (region) => `${region}へのリクエストを止めますか。`,
  yes: "はい、切り離します",
  no: "いいえ",
  failed: "エッジが受け付けませんでした。",
  cache: "キャッシュ",
  hits: (percent) => `キャッシュからの応答: ${percent}`,
  entries: (n) => `保存された応答: ${n}`,
  faults: "注入した障害",
  noFaults: "ありません。次のコマンドで作れます:",
  faultsUnknown: "障害コントローラーが応答していません。",
  events: "イベント",
  more: "エッジの詳細",
};
