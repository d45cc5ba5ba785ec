// Whose an uploaded picture is, by its address.

export interface PictureOwner {
  market: string;
  itemId: string;
}

/** `/uploads/<market>/<item>/<file>`: `services/domain/pictures.py`. */
const UPLOADED = /^\/uploads\/([^/\s]+)\/([^/\s]+)\/[^/\s]+$/;

/** The item that an uploaded picture was uploaded for; undefined: the address is of no uploaded picture. */
export function ownerOf(address: string): PictureOwner | undefined {
  const [, market, itemId] = UPLOADED.exec(address.trim()) ?? [];
  return market && itemId ? { market, itemId } : undefined;
}

/**
 * The other item that a picture was uploaded for. Items may share a picture, so this is no fault; that a copied address
 * is another item's is seen by nobody who does not read it.
 */
export function otherOwnerOf(address: string, own: PictureOwner): PictureOwner | undefined {
  const owner = ownerOf(address);
  return owner && (owner.market !== own.market || owner.itemId !== own.itemId) ? owner : undefined;
}
