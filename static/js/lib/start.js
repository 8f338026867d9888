/* Starts every shared behaviour on a page; each finds its own elements by data attributes and does nothing without them. */
import * as autosave from "./autosave.js";
import * as clock from "./clock.js";
import * as copy from "./copy.js";
import * as dialog from "./dialog.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as menus from "./menus.js";
import * as tabs from "./tabs.js";
import * as theme from "./theme_switch.js";
import * as toasts from "./toasts.js";
import * as wideFonts from "./wide_fonts.js";
import * as zones from "./zones.js";

for (const part of [theme, wideFonts, clock, zones, toasts, dialog, menus, copy, tabs, autosave, forms, keys]) part.start();
