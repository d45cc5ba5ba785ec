// Spanish texts of signing in and of the pages' frame for staff.
import type { AccountTexts } from "./account-texts.ts";

export const texts: AccountTexts = {
  title: "Personal",
  home: "Resumen",
  board: "Pedidos",
  stock: "Existencias",
  prices: "Precios",
  hours: "Horario",
  figures: "Cifras",
  office: "Central",
  ops: "Operaciones",
  pages: "Páginas del personal",

  signInTitle: "Acceso del personal",
  signInIntro: "El acceso se hace en una página aparte; después vuelve aquí.",
  signIn: "Iniciar sesión",
  signingIn: "Iniciando sesión…",
  noPool: "El acceso no está configurado en este sitio.",
  refused: "El acceso fue rechazado. Inténtelo de nuevo.",
  stale: "Este acceso ya se usó o empezó en otra pestaña. Inicie sesión de nuevo.",
  unreachable:
    "El acceso no está disponible ahora. Quien ya tiene la sesión abierta puede seguir trabajando.",
  signInNoNetwork:
    "Este dispositivo no tiene red, y hace falta para iniciar sesión. Podrá hacerlo aquí en cuanto la haya.",
  signInNoAnswer: "El servicio no responde ahora. Podrá iniciar sesión aquí en cuanto responda.",
  ended: "Su sesión ha terminado. Inicie sesión de nuevo.",
  accountsHint: "En una nube local, esta orden muestra quién puede acceder y la contraseña:",
  development: "Con un token de la nube local",
  token: "Token del personal",
  tokenHint: "Esta orden muestra uno:",
  useToken: "Usar el token",

  unreached:
    "Ahora no hay conexión con el servicio. Esta página sigue por sí sola en cuanto responda.",
  noNetwork:
    "Ahora este dispositivo no tiene red. Esta página sigue por sí sola en cuanto la haya.",
  forbidden:
    "Su cuenta no tiene ninguna función que lo permita aquí. La dirección de la tienda o la central puede darle una.",
  yourRoles: "Sus funciones",
  noRoles:
    "Todavía no tiene ninguna función. La dirección de la tienda o la central puede darle una.",
  wholeChain: "toda la cadena",
  roles: {
    TILL: "Caja",
    MANAGER: "Dirección",
    EDITOR: "Edición",
    ADMIN: "Administración",
    OPERATOR: "Operaciones",
  },
  yourStores: "Sus tiendas",
  anotherStore: "Abrir otra tienda",
  storeNumber: "Número de la tienda",
  open: "Abrir",

  signOut: "Cerrar sesión",
  leave: "Algo en esta página aún no está guardado y se perdería. ¿Salir?",
  stepsWait: (n) =>
    `Pasos del tablero aún no enviados: ${n}. Quedan en este dispositivo hasta que vuelva a entrar; nadie más los envía. ¿Cerrar la sesión?`,
  signOutEverywhere: "Cerrar sesión en todas partes",
  everywhereHint:
    "Los demás navegadores no obtienen una sesión nueva. Lo que está abierto allí termina en una hora.",
  everywhereFailed:
    "El acceso no está disponible ahora, así que no se cambió nada. Inténtelo más tarde.",
};
