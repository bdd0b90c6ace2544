// Everything works without this; with it, forms and menus are kinder.
import { initAll } from "../built/govuk-frontend.min.js";
import { keys } from "./keys.js";

initAll();
keys(document);
