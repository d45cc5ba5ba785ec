// Spanish texts of what is thrown away.
import type { WasteTexts } from "./waste-texts.ts";

export const texts: WasteTexts = {
  throwAway: "Tirar",
  piecesOf: (item) => `Piezas tiradas: ${item}`,
  why: "¿Por qué?",
  reasons: { EXPIRED: "Caducado", DAMAGED: "Dañado", MISTAKE: "Hecho por error", OTHER: "Otro" },
  when: "¿Cuándo?",
  today: "Hoy",
  yesterday: "Ayer",
  record: "Registrar",
  wrongPieces: (most) => `Escriba un número entero de 1 a ${most}, solo con las cifras 0–9.`,
  noReason: "Elija un motivo.",
  moreThanLeft: (left, pieces) => `Solo quedan ${left}. Pulse otra vez para registrar ${pieces}.`,
  recorded: (pieces, item) => `Registrado como tirado: ${pieces} × ${item}.`,
  takeBack: "Deshacer",
  takenBack: (pieces, item) =>
    `Deshecho: ${pieces} × ${item}. Las cifras ya no lo cuentan. Las existencias no cambian: cuéntelas, por favor.`,
  notTakenBack: "No se pudo deshacer. Inténtelo de nuevo.",
  list: "Todo lo registrado como tirado",
  lineOf: (pieces, item) => `${pieces} × ${item}`,
  backSure: (what) => `¿Deshacer ${what}? Las cifras dejarán de contarlo.`,
  backYes: "Sí, deshacer",
  backNo: "No",
  isBack: "deshecho",
  moreThanListed: "De este día hay más registros de los que caben aquí.",

  waste: "Mermas",
  about:
    "Lo que el personal registró como tirado, al precio de la carta en ese momento. Los registros se guardan 400 días.",
  none: "No se registró nada como tirado.",
  value: "Valor",
  pieces: "Piezas",
  piecesText: (n) => `Piezas: ${n}`,
  byDay: "Mermas por día",
  byItem: "Mermas por artículo",
  incomplete: (days) =>
    `No está completo: ${days}. Hay más registros de los que se pueden leer a la vez, o precios en otra moneda.`,
  chosen: "Mermas de tiendas elegidas",
  csvDays: "CSV de mermas por día",
  csvItems: "CSV de mermas por artículo",
  csvStores: "CSV de mermas",
};
