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
  nothingToday: "No hay pedidos para hoy. Mirando otros días…",
  accept: "Aceptar",
  approve: "Aprobar y aceptar",
  reject: "Rechazar",
  markReady: "Listo",
  collected: "Recogido",
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
  offline: (time) =>
    `El servicio no responde bien desde las ${time}. Sigue trabajando: lo que pulses se enviará cuando vuelva.`,
  blocked: (status) =>
    `Algo entre este dispositivo y el servicio rechaza las peticiones (${status}), como un cortafuegos o una red que pide iniciar sesión.`,
  keptOrders: (time: string, ago: string) =>
    `Estado de los pedidos: ${time} (${ago}). Los nombres y teléfonos de los clientes no se guardan en este dispositivo.`,
  waitingToSend: (n) => (n === 1 ? "1 paso sin enviar" : `${n} pasos sin enviar`),
  changed: "Mientras el servicio no respondía",
  isNew: (code) => `${code} es nuevo`,
  isNow: (code, state) => `${code}: ${state}`,
  notPossible: (code, state) => `${code}: ya no fue posible. ${state}.`,
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
