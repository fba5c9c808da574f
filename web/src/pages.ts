/** What every page has: parts that renew themselves, and the choice of a theme. */
import htmx from "htmx.org";
import { listen } from "./live";
import { foldMenus } from "./menu";
import { offerThemes } from "./theme";

// No expression in an attribute is ever evaluated: the security policy would refuse it, and nothing here needs it.
htmx.config.history = false;
listen(document.body);
offerThemes();
foldMenus();
