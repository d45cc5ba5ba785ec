// Waste as a table: a row a day or store, with pieces by reason; it becomes cards on a telephone.
import type { ComponentChildren } from "preact";
import { REASONS } from "../waste/reasons.ts";
import type { WasteTexts } from "../waste/texts/waste-texts.ts";
import { piecesFor, type WasteSum } from "./waste.ts";

interface Given {
  wasteTexts: WasteTexts;
  locale: string;
  /** What the first column is. */
  of: string;
  rows: readonly { id: string; name: ComponentChildren; sum: WasteSum; value: string }[];
  testId: string;
}

export function WasteTable({ wasteTexts, locale, of, rows, testId }: Given) {
  const columns = [
    wasteTexts.pieces,
    wasteTexts.value,
    ...REASONS.map((reason) => wasteTexts.reasons[reason]),
  ];
  const cells = ({ sum, value }: Given["rows"][number]) => [
    sum.pieces.toLocaleString(locale),
    value,
    ...REASONS.map((reason) => piecesFor(sum, reason).toLocaleString(locale)),
  ];
  return (
    <table class="stock-table figure-table" data-testid={testId}>
      <thead>
        <tr>
          {[of, ...columns].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-row={row.id}>
            <th scope="row">{row.name}</th>
            {cells(row).map((value, at) => (
              <td key={columns[at]} data-label={columns[at]}>
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
