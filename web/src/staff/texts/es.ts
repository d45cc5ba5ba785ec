// Spanish texts of a store's order board.
import type { BoardTexts } from "./board-texts.ts";

export const texts: BoardTexts = {
  title: "Pedidos",

  waiting: "Nuevos",
  making: "En preparación",
  ready: "Listos",
  done: "Terminados",
  nothing: "No hay pedidos",
  loading: "Leyendo los pedidos…",
  nothingKept:
    "Este dispositivo no tiene red y no ha guardado pedidos de esta tienda. Aparecerán por sí solos en cuanto haya red.",
  nothingAnswered:
    "El servicio no responde bien y este dispositivo no ha guardado pedidos de esta tienda. Aparecerán por sí solos en cuanto responda.",
  nothingToday: "No hay pedidos para hoy. Mirando otros días…",
  accept: "Aceptar",
  approve: "Aprobar y aceptar",
  reject: "Rechazar",
  markReady: "Listo",
  collected: "Recogido",
  print: "Imprimir",
  large: "Pedido grande",
  pickupAt: (time) => `Recogida ${time}`,
  answerBy: (time) => `Responder, a más tardar: ${time}`,
  payment: {
    UNPAID: (t) => `Sin pagar, cobrar: ${t}`,
    AT_STORE: (t) => `Por pagar: ${t}`,
    PENDING: (t) => `Tarjeta sin confirmar: ${t}`,
    AUTHORIZED: (t) => `Retenido en la tarjeta: ${t}`,
    DECLINED: (t) => `Tarjeta rechazada: ${t}`,
    CHARGED: (t) => `Pagado: ${t}`,
    PARTLY_REFUNDED: (t) => `Pagado, devuelto en parte: ${t}`,
    REFUNDED: (t) => `Devuelto: ${t}`,
    RELEASED: (t) => `No cobrado: ${t}`,
  },
  unsent: "Sin enviar",

  why: "¿Por qué no se puede preparar? El cliente lo leerá.",
  reasons: ["Algo está agotado.", "Ahora hay demasiado trabajo.", "Cerramos antes."],
  rejectSend: "Rechazar el pedido",
  back: "Volver",

  soundOn: "El sonido está activado",
  soundOff: "El sonido está apagado",
  soundBlocked: "El sonido empieza con el próximo toque",
  live: "En directo",
  notConnected: "Sin conexión",
  offline: (time) =>
    `El servicio no responde bien desde las ${time}. Sigue trabajando: lo que pulses se enviará cuando vuelva.`,
  noNetwork: (time) =>
    `Este dispositivo no tiene red desde las ${time}. Sigue trabajando: lo que pulses se enviará cuando la haya.`,
  blocked: (status) =>
    `Algo entre este dispositivo y el servicio rechaza las peticiones (${status}), como un cortafuegos o una red que pide iniciar sesión.`,
  keptOrders: (time: string, ago: string) =>
    `Estado de los pedidos: ${time} (${ago}). Los nombres y teléfonos de los clientes no se guardan en este dispositivo.`,
  waitingToSend: (n) => (n === 1 ? "1 paso sin enviar" : `${n} pasos sin enviar`),
  refused: "Pasos que no fueron posibles",
  changed: "Mientras no había conexión",
  isNew: (code) => `${code} es nuevo`,
  isNow: (code, state) => `${code}: ${state}`,
  notPossible: (code, step, state) =>
    `${code}: «${step}»${state && `. Estado actual del pedido: ${state}.`}`,
  seen: "Visto",
  status: {
    PLACED: "en espera",
    AUTHORIZED: "en espera",
    DECLINED: "tarjeta rechazada",
    ACCEPTED: "en preparación",
    READY: "listo",
    COLLECTED: "recogido",
    CANCELLED: "cancelado por el cliente",
    REJECTED: "rechazado",
    EXPIRED: "caducado sin respuesta",
    REFUNDED: "reembolsado",
  },
};
