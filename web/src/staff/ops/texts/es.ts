// Spanish texts of operations.
import type { OpsTexts } from "./ops-texts.ts";

export const texts: OpsTexts = {
  title: "Operaciones",
  asOf: (time) => `En directo, a las ${time}`,
  lost: "El borde no responde ahora.",
  elsewhere:
    "Las cifras de este despliegue están en CloudWatch: el panel «carte» las tiene de todas las regiones.",
  healthy: "sana",
  unhealthy: "no sana",
  drained: "vaciada",
  rate: "Peticiones",
  requests: "Peticiones desde el inicio",
  ownRequests: (seconds) =>
    `Las peticiones incluyen las de esta página: cada ${seconds} segundos pregunta a cada región qué ha recibido de las demás.`,
  inFlight: "En camino",
  wrong: "Peticiones fallidas",
  median: "Control de salud, mediana",
  slowest: "Control de salud, 95 %",
  lag: "Noticias de otras regiones",
  checks: (n, failed) => `Los últimos ${n} controles de salud, ${failed} fallidos`,
  drain: "Vaciar",
  takeBack: "Recuperar",
  sure: (region) => `¿No enviar más peticiones a ${region}?`,
  yes: "Sí, vaciar",
  no: "No",
  failed: "El borde no lo aceptó.",
  cache: "Caché",
  hits: (percent) => `Respondido desde la caché: ${percent}`,
  entries: (n) => `respuestas guardadas: ${n}`,
  faults: "Fallos inyectados",
  noFaults: "Ninguno. Así se crea uno:",
  faultsUnknown: "El controlador de fallos no responde.",
  events: "Sucesos",
  more: "Más sobre el borde",
};
