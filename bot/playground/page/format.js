// Dates and times, always in the acting person's zone and locale.

import { me, store } from "./store.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const formats = new Map(); // making one is slow, and each drawing needs hundreds

function formatFor(locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

const intl = (options, { locale, tz } = me()) => formatFor(locale, { timeZone: tz, ...options });

const DAY_PARTS = { year: "numeric", month: "2-digit", day: "2-digit" };
const SHORT_TIME = { hour: "numeric", minute: "2-digit" };

export const timeOf = (moment, person) => intl(SHORT_TIME, person).format(moment);
export const dayAndTime = (moment, person) => `${intl({ weekday: "short" }, person).format(moment)} ${timeOf(moment, person)}`;
export const fullTime = (moment) => intl({ dateStyle: "full", timeStyle: "short" }).format(moment);
export const calendarNow = () => new Date(store.state.now);

/** "2026-11-23" in the acting person's zone: equal for moments of the same day. */
export const dayKey = (moment) => formatFor("en-CA", { timeZone: me().tz, ...DAY_PARTS }).format(moment);

function daysFromNow(moment) {
  return Math.round((Date.parse(dayKey(moment)) - Date.parse(dayKey(calendarNow()))) / DAY);
}

function nearDay(moment) {
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[daysFromNow(moment)];
}

/** What stands over a day's messages. */
export function dayLabel(moment) {
  return nearDay(moment) || intl({ weekday: "long", day: "numeric", month: "long" }).format(moment);
}

/** A moment to come: weekday and time, and the date where that isn't within the week. */
export function soon(moment) {
  if (daysFromNow(moment) < 7) return dayAndTime(moment);
  return clockFace(moment);
}

const SHORT_DAY = { weekday: "short", day: "numeric", month: "short" };

export const clockFace = (moment) => `${intl(SHORT_DAY).format(moment)} ${timeOf(moment)}`;

// --- between a zone's wall clock and moments ---

const WALL = {
  ...DAY_PARTS, hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit",
};

function shifted(moment, zone) {
  const parts = formatFor("en-CA", { timeZone: zone, ...WALL }).formatToParts(moment);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, +value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

/** "2026-11-23T09:00" on the wall in `zone`, as a date-time field wants it. */
export const toWall = (moment, zone) => new Date(shifted(moment, zone)).toISOString().slice(0, 16);

/** The moment at which the wall in `zone` shows `wall`; null where it isn't a time. */
export function fromWall(wall, zone) {
  const target = Date.parse(`${wall}Z`);
  if (Number.isNaN(target)) return null;
  let guess = target;
  for (let round = 0; round < 2; round += 1) guess += target - shifted(new Date(guess), zone);
  return new Date(guess);
}

// --- Slack's <!date^…> ---

const DATE_PARTS = {
  date_num: (moment) => dayKey(moment),
  date: (moment) => intl({ dateStyle: "long" }).format(moment),
  date_short: (moment) => intl({ dateStyle: "medium" }).format(moment),
  date_long: (moment) => intl({ dateStyle: "full" }).format(moment),
  time: (moment) => timeOf(moment),
  time_secs: (moment) => intl({ ...SHORT_TIME, second: "2-digit" }).format(moment),
  ago: (moment) => ago(moment),
};

function ago(moment) {
  const minutes = Math.round((moment - calendarNow()) / MINUTE);
  const words = new Intl.RelativeTimeFormat(me().locale, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / (24 * 60)), "day");
}

/** Fills Slack's date tokens such as `{date_short_pretty} at {time}`; `seconds` since 1970. */
export function slackDate(seconds, template, fallback) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  return template.replace(/\{([a-z_]+)\}/g, (whole, token) => {
    const plain = token.replace(/_pretty$/, "");
    const near = plain !== token && nearDay(moment);
    return near ? near.toLowerCase() : (DATE_PARTS[plain]?.(moment) ?? whole);
  });
}
