// Starts the site in the page.
import "@fontsource-variable/fraunces/wght.css";
import "./styles/site.css";
import { render } from "preact";
import { prepareFormats } from "./formatting/formats.ts";
import { followOtherTabs } from "./kept-in-browser.ts";
import { startOffline } from "./offline.ts";
import { startRouting } from "./routing.ts";
import { startScrolling } from "./scrolling.ts";
import { Site } from "./shell/site.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");
followOtherTabs();
startRouting();
render(<Site />, root);
startScrolling();
startOffline();
// After the first frame, and before the first answer.
requestAnimationFrame(prepareFormats);
