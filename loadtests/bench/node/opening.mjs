// Whether a store is open, for spans within one day; a zone's offset is asked once an hour.
const WEEKDAYS = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const formats = new Map();
const offsets = new Map();

function offset(zone, instant) {
  const key = `${zone}/${Math.floor(instant / HOUR)}`;
  let minutes = offsets.get(key);
  if (minutes === undefined) {
    let format = formats.get(zone);
    if (!format) {
      format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
      formats.set(zone, format);
    }
    const text = format.formatToParts(instant).find((part) => part.type === "timeZoneName").value;
    const [, sign, hours, rest] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text);
    minutes = hours ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(rest)) : 0;
    offsets.set(key, minutes);
  }
  return minutes;
}

function minutesOf(text) {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

// An instant from midnight UTC of the store's calendar day and its wall time.
function instantOf(day, text, zone) {
  const wall = day + minutesOf(text) * MINUTE;
  const guess = wall - offset(zone, wall) * MINUTE;
  return wall - offset(zone, guess) * MINUTE;
}

function iso(instant, zone) {
  const minutes = offset(zone, instant);
  const local = new Date(instant + minutes * MINUTE).toISOString().slice(0, 19);
  const size = Math.abs(minutes);
  const pad = (value) => String(value).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

export function opening(hours, zone, at) {
  const today = Math.floor((at + offset(zone, at) * MINUTE) / DAY) * DAY;
  for (let number = 0; number < 9; number += 1) {
    const day = today + number * DAY;
    const name = WEEKDAYS[new Date(day).getUTCDay()];
    for (const [weekday, opens, closes] of hours) {
      if (weekday !== name) continue;
      const start = instantOf(day, opens, zone);
      const end = instantOf(day, closes, zone);
      if (start <= at && at < end) return [true, null, iso(end, zone)];
      if (start > at) return [false, iso(start, zone), null];
    }
  }
  return [false, null, null];
}
