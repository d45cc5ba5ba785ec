// Conflicts of edits by what they are about, and all that is read of them as a file.
import { EditConflictsDocument, type EditConflictsQuery } from "../../generated/office.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { csvText } from "../csv.ts";
import { type Subject, subjectOf } from "../office/subject.ts";
import { useOfficeTexts } from "../office/texts/use-office-texts.ts";
import { useEditTexts } from "../office/use-edit-texts.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";

type Conflict = EditConflictsQuery["editConflicts"]["edges"][number]["node"];

const COLUMNS = [
  ...["document", "entry", "about", "what", "holds", "holds_by", "holds_region", "holds_at"],
  ...["lost", "lost_by", "lost_region", "lost_at", "lost_operation_id"],
];

export function ConflictReport({ staff, texts }: { staff: Staff; texts: FigureTexts }) {
  const { code } = useLanguage();
  const office = useOfficeTexts();
  const list = usePages(
    {
      document: EditConflictsDocument,
      variables: { storeId: null },
      listOf: (data) => data.editConflicts,
      send: staff.send,
    },
    undefined,
  );
  const conflicts = list.edges.map(({ node }) => node);
  const edits = useEditTexts(
    conflicts.map(({ document, entry }) => ({ document, entries: [entry] })),
    office,
  );
  const { first, failure, refresh, showMore } = list;
  if (!first) {
    if (failure) return <StaffFailure failure={failure} retry={refresh} />;
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  }
  const names: Record<Subject["kind"], string> = {
    assortment: office.assortment,
    stock: office.stock,
    profile: office.storeDetails,
    item: office.catalog,
    category: office.catalog,
    published: office.catalog,
    roles: office.roles,
    order: texts.orders,
    alerts: office.alerts,
    other: texts.others,
  };
  const counts = new Map<string, number>();
  for (const { document } of conflicts) {
    const name = names[subjectOf(document).kind];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const bars = [...counts].map(([name, value]) => ({
    id: name,
    name,
    value,
    valueText: value.toLocaleString(code),
  }));
  bars.sort((one, other) => other.value - one.value || (one.id < other.id ? -1 : 1));
  const row = ({ document, entry, standing, lost }: Conflict) => [
    ...[document, entry, edits.document(document), edits.entry(document, entry)],
    ...[edits.value(document, entry, standing.value), standing.author, standing.region],
    standing.at,
    ...[edits.value(document, entry, lost.value), lost.author, lost.region, lost.at],
    lost.operationId,
  ];
  return (
    <>
      {conflicts.length === 0 && !showMore && <p>{office.noConflicts}</p>}
      <BarList bars={bars} texts={texts} locale={code} testId="report-conflicts" />
      <ShowMore list={list} texts={{ loading: texts.loading, showMore: texts.readOn }} />
      {conflicts.length > 0 && (
        <div class="office-acts">
          <CsvButton
            label={texts.csvConflicts}
            name="conflicts"
            text={(format) => csvText(COLUMNS, conflicts.map(row), format)}
            testId="csv-conflicts"
          />
          <a href="/office/conflicts">{office.conflicts}</a>
        </div>
      )}
    </>
  );
}
