// A button that saves a CSV file of what is shown.
import { type CsvFormat, csvFormatOf, saveCsv } from "../csv.ts";

interface Given {
  label: string;
  /** Without its ending. */
  name: string;
  text: (format: CsvFormat) => string;
  testId: string;
}

export function CsvButton({ label, name, text, testId }: Given) {
  return (
    <button
      type="button"
      class="button button-quiet"
      data-testid={testId}
      // The spreadsheet has the country of the device, whatever language this page is shown in.
      onClick={() => saveCsv(`${name}.csv`, text(csvFormatOf(navigator.language)))}
    >
      {label}
    </button>
  );
}
