// The few line icons of the interface, drawn in a 24-unit square; they never carry meaning alone.

const PATHS = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4.5 4.5",
  pin: "M12 21s7-6.2 7-11.500A7 7 0 0 0 5 9.500C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  locate: "M12 2.500v3m0 13v3M2.5 12h3m13 0h3M12 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z",
  globe: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm-9 9h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18Z",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.500V12l3 2",
  chevron: "m9 5 7 7-7 7",
  back: "m15 5-7 7 7 7",
  close: "m6 6 12 12M18 6 6 18",
  leaf: "M5 19c0-9 5-14 15-14 0 10-5 15-13 13m-4 3c2-5 5-8 9-9.5",
  map: "m3 6 6-2 6 2 6-2v14l-6 2-6-2-6 2V6Zm6-2v14m6-12v14",
  alert: "M12 4 2.5 20h19L12 4Zm0 6v4.500m0 2.500v.5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  bag: "M5 8h14l-1 12H6L5 8Zm4 0a3 3 0 0 1 6 0",
  check: "m4 12.500 5 5L20 6.500",
  share: "M12 15V3m0 0L8 7m4-4 4 4M5 12v8h14v-8",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4l2-2Zm4 4h4",
  heart: "M12 20s-8-5-8-11a4.500 4.500 0 0 1 8-2.8A4.500 4.500 0 0 1 20 9c0 6-8 11-8 11Z",
  plane: "M21 3 3 10.500l6.5 3L13 20l8-17ZM9.5 13.5 21 3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
