// What was typed on any page, is in memory alone and would be lost with the document.

/** Each says whether there is something of its own. */
export const unsaved: (() => boolean)[] = [];

export const isUnsaved = (): boolean => unsaved.some((one) => one());
