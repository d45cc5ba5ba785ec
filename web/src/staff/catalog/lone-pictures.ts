// Pictures that one of two regions took alone: they are kept while the site is open, so that the other one gets them.
import { cell } from "../../cell.ts";
import { session } from "../session/session.ts";
import type { PictureOwner } from "./picture-address.ts";
import type { PictureFiles } from "./picture-files.ts";

export interface LonePicture extends PictureOwner {
  /** `imageUrl` of the picture. */
  address: string;
  /** What the photo was called. */
  fileName: string;
  files: PictureFiles;
}

/** Of at most 310 kB each; the oldest goes first. */
const MOST = 30;

export const lonePictures = cell<readonly LonePicture[]>([]);

// Whoever comes after somebody who signed out sees nothing of it.
session.watch((now) => {
  if (now === "out") lonePictures.set([]);
});

export function keepLone(picture: LonePicture): void {
  const others = lonePictures.get().filter(({ address }) => address !== picture.address);
  lonePictures.set([...others, picture].slice(-MOST));
}

export function forgetLone(wanted: string): void {
  const others = lonePictures.get().filter(({ address }) => address !== wanted);
  if (others.length < lonePictures.get().length) lonePictures.set(others);
}
